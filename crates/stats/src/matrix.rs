//! The little linear algebra the other modules share: symmetric systems and connected parts.

use crate::interval::{Result, Undefined};

/// The Cholesky factor L of a symmetric positive definite matrix A = L·Lᵀ, for solving A·x = b.
pub(crate) struct Cholesky {
    size: usize,
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors `a`, `size` × `size` row by row. `Singular` when a pivot falls below 1e-12 of its
    /// diagonal: then a column is (nearly) a combination of others.
    pub fn new(a: &[f64], size: usize) -> Result<Self> {
        let mut lower = vec![0.0; size * size];
        for i in 0..size {
            for j in 0..=i {
                let dot: f64 = (0..j).map(|k| lower[i * size + k] * lower[j * size + k]).sum();
                let rest = a[i * size + j] - dot;
                if i == j {
                    // Written so that NaN is refused too.
                    if !(rest > 1e-12 * a[i * size + i].abs() && rest.is_finite()) {
                        return Err(Undefined::Singular);
                    }
                    lower[i * size + i] = rest.sqrt();
                } else {
                    lower[i * size + j] = rest / lower[j * size + j];
                }
            }
        }
        Ok(Self { size, lower })
    }

    /// x with A·x = b.
    pub fn solve(&self, b: &[f64]) -> Vec<f64> {
        let (n, l) = (self.size, &self.lower);
        let mut x = b.to_vec();
        for i in 0..n {
            let dot: f64 = (0..i).map(|k| l[i * n + k] * x[k]).sum();
            x[i] = (x[i] - dot) / l[i * n + i];
        }
        for i in (0..n).rev() {
            let dot: f64 = (i + 1..n).map(|k| l[k * n + i] * x[k]).sum();
            x[i] = (x[i] - dot) / l[i * n + i];
        }
        x
    }

    /// The diagonal of A⁻¹.
    pub fn inverse_diagonal(&self) -> Vec<f64> {
        (0..self.size)
            .map(|i| {
                let unit: Vec<f64> = (0..self.size).map(|k| f64::from(u8::from(k == i))).collect();
                self.solve(&unit)[i]
            })
            .collect()
    }
}

/// Sets of points joined by edges (union-find with path halving).
pub(crate) struct Parts(Vec<usize>);

impl Parts {
    pub fn new(points: usize) -> Self {
        Self((0..points).collect())
    }

    pub fn root(&mut self, mut point: usize) -> usize {
        while self.0[point] != point {
            self.0[point] = self.0[self.0[point]];
            point = self.0[point];
        }
        point
    }

    pub fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        // The smaller index leads, so that the result does not depend on the order of edges.
        self.0[a.max(b)] = a.min(b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_and_a_singular_one_refused() {
        let c = Cholesky::new(&[4.0, 2.0, 2.0, 3.0], 2).unwrap();
        let x = c.solve(&[10.0, 9.0]);
        assert!((x[0] - 1.5).abs() < 1e-14 && (x[1] - 2.0).abs() < 1e-14);
        assert!((c.inverse_diagonal()[0] - 0.375).abs() < 1e-15);
        assert!(Cholesky::new(&[1.0, 1.0, 1.0, 1.0], 2).is_err());
        assert!(Cholesky::new(&[f64::NAN], 1).is_err());
    }

    #[test]
    fn parts_join_in_any_order() {
        let mut parts = Parts::new(5);
        parts.join(3, 1);
        parts.join(4, 3);
        assert_eq!((parts.root(4), parts.root(1)), (1, 1));
        assert_eq!((parts.root(0), parts.root(2)), (0, 2));
    }
}
