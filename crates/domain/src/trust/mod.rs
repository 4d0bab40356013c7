//! Evidence that nothing was changed or taken away afterwards 真实性.

pub mod checkpoint;
pub mod erasure;
pub mod leaf;
pub mod proof;
pub mod tree;
