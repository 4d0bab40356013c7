//! Forms, invitations, evaluations 收集.
