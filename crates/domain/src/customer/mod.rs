//! Who is served 客户.
