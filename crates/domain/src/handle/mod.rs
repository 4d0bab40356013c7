//! Cases under promise 处理.
