//! What kind of thing is this, and whose 分类分派.
