//! Permissions as types: a handler that takes `Can<may::ReadCases>` cannot be reached without.

use domain::platform::role::Permission;

pub trait May: Send + Sync {
    const PERMISSION: Permission;
}

macro_rules! may {
    ($($name:ident),* $(,)?) => {$(
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl May for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )*};
}

may! {
    ReadStaff, WriteStaff, WriteRoles, WriteApiKeys, ReadAudit, WriteSettings,
    ReadCustomers, WriteCustomers, RevealCustomers, ReadInteractions, WriteInteractions,
    ReadForms, WriteForms, ReadInvitations, WriteInvitations, ReadEvaluations, WriteEvaluations,
    ReadCases, ActOnCases, AssignCases, VerifyCases, ExportCases, ReadMetrics, WriteImports,
    WritePolicies, WriteTemplates, WriteWebhooks, ReadJobs, RetryJobs,
}
