//! Tenant, staff, roles, settings 平台.
