//! A public table of lives in two groups, for vectors that name it instead of bringing numbers: the
//! data set `waltons` of the Python library lifelines (MIT licence, Cameron Davidson-Pilon), counted.

use stats::survival::Duration;

use super::Case;

/// Time, deaths at it, and lives only watched until it.
type Count = (u32, usize, usize);

/// Group `miR-137`.
const TREATED: &[Count] = &[
    (6, 1, 0),
    (9, 3, 0),
    (13, 3, 0),
    (15, 2, 0),
    (19, 3, 0),
    (22, 4, 0),
    (26, 5, 0),
    (29, 5, 0),
    (33, 2, 0),
    (36, 2, 0),
    (43, 1, 0),
    (47, 1, 0),
    (62, 2, 0),
];

/// Group `control`.
const CONTROL: &[Count] = &[
    (7, 1, 1),
    (17, 1, 0),
    (32, 1, 0),
    (33, 1, 0),
    (38, 2, 0),
    (41, 7, 0),
    (45, 9, 1),
    (48, 8, 0),
    (51, 3, 0),
    (53, 7, 0),
    (54, 2, 0),
    (56, 18, 0),
    (58, 4, 0),
    (60, 15, 1),
    (61, 9, 2),
    (63, 9, 0),
    (66, 3, 0),
    (68, 9, 1),
    (69, 12, 1),
    (75, 1, 0),
];

/// Whether the vector names this table.
pub fn is_named(case: &Case<'_>) -> bool {
    case.text("data").is_ok_and(|name| name.contains("waltons"))
}

/// Both groups, one case per life.
pub fn groups() -> Vec<Vec<Duration>> {
    let lives = |&(time, deaths, open): &Count| {
        let time = f64::from(time);
        let deaths = std::iter::repeat_n(Duration::ended(time), deaths);
        deaths.chain(std::iter::repeat_n(Duration::open(time), open))
    };
    [TREATED, CONTROL].map(|group| group.iter().flat_map(lives).collect()).into()
}
