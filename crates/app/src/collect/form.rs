//! Making forms: drafts that may be unfinished, versions that never change.

use domain::collect::difference::{Change, difference};
use domain::collect::form::{FormContent, is_form_key};
use domain::collect::linter::{Finding, lint};
use domain::collect::template;
use domain::id::FormId;
use domain::refusal::Refusal;
use serde_json::json;
use store::collect::form::{self, Form, Version};
use store::{Read, Write};

use crate::platform::audit;
use crate::{Act, Result};

/// Bytes of a form's JSON: thirty long questions in twenty languages fit.
pub const FORM_BYTES_MAX: usize = 512 * 1024;

/// What a designer should know before publishing.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// What keeps it from being published.
    pub problems: Vec<Refusal>,
    /// What would make its answers worse.
    pub findings: Vec<Finding>,
}

/// Problems and advice for a form that need not be stored.
pub fn check(content: &FormContent) -> Check {
    Check { problems: content.problems(), findings: lint(content) }
}

/// Makes a form or changes its draft. Customers see nothing of it before [`publish_form`].
///
/// The key of a form that exists cannot change: it stands in printed links.
pub async fn put_form(
    tx: &mut Write,
    act: &Act,
    id: FormId,
    key: &str,
    content: FormContent,
) -> Result<Form> {
    if !is_form_key(key) {
        return Err(Refusal::invalid("form_key_form").at("key").into());
    }
    if FORM_BYTES_MAX < store::db::to_json(&content).to_string().len() {
        return Err(Refusal::invalid("too_large").at("content").into());
    }
    let before = form::find_for_update(tx, act.tenant, id).await?;
    let action = match before {
        Some(before) if before.key != key => {
            return Err(Refusal::conflict("form_key_fixed")
                .with("key", before.key)
                .at("key")
                .into());
        }
        Some(before) if before.draft == content => return Ok(before),
        Some(_) => {
            form::update_draft(tx, act.tenant, id, &content, act.now).await?;
            "update"
        }
        None => {
            insert(tx, act, id, key, content).await?;
            "create"
        }
    };
    audit::note(tx, act, action, ("form", Some(id.0)), json!({ "key": key })).await?;
    find_form(tx, act, id).await
}

async fn insert(
    tx: &mut Write,
    act: &Act,
    id: FormId,
    key: &str,
    draft: FormContent,
) -> Result<()> {
    let made = Form {
        id,
        key: key.to_owned(),
        draft,
        draft_changed: act.now,
        published_version: None,
        retired: None,
    };
    if form::insert(tx, act.tenant, &made).await? {
        return Ok(());
    }
    Err(Refusal::conflict("form_key_taken").at("key").into())
}

/// Makes the draft the next version, which customers see from now on. Answers stay tied to the
/// version that asked. A draft that is published already is not published again.
pub async fn publish_form(tx: &mut Write, act: &Act, id: FormId) -> Result<Version> {
    let found = form::find_for_update(tx, act.tenant, id).await?;
    let found = found.ok_or_else(|| Refusal::not_found("form"))?;
    let newest = match found.published_version {
        Some(version) => form::find_version(tx, act.tenant, id, version).await?,
        None => None,
    };
    if let Some(newest) = newest.clone().filter(|it| it.content == found.draft) {
        return Ok(newest);
    }
    if let Some(refusal) = Refusal::of(found.draft.problems()) {
        return Err(refusal.into());
    }
    let version = Version {
        form: id,
        version: newest.map_or(1, |it| it.version + 1),
        content: found.draft,
        published: act.now,
        published_by: act.by,
    };
    form::insert_version(tx, act.tenant, &version).await?;
    let detail = json!({ "version": version.version });
    audit::note(tx, act, "publish", ("form", Some(id.0)), detail).await?;
    Ok(version)
}

/// Ends the form's open link, or opens it again. Invitations that are out stay answerable.
pub async fn retire_form(tx: &mut Write, act: &Act, id: FormId, retired: bool) -> Result<Form> {
    let found = find_form(tx, act, id).await?;
    if found.retired.is_some() == retired {
        return Ok(found);
    }
    form::update_retired(tx, act.tenant, id, retired.then_some(act.now)).await?;
    let detail = json!({ "retired": retired });
    audit::note(tx, act, "retire", ("form", Some(id.0)), detail).await?;
    find_form(tx, act, id).await
}

pub async fn find_form(conn: &mut Read, act: &Act, id: FormId) -> Result<Form> {
    let found = form::find(conn, act.tenant, id).await?;
    found.ok_or_else(|| Refusal::not_found("form").into())
}

pub async fn find_version(conn: &mut Read, act: &Act, id: FormId, version: i64) -> Result<Version> {
    let found = form::find_version(conn, act.tenant, id, version).await?;
    found.ok_or_else(|| Refusal::not_found("form_version").into())
}

/// The version customers see now.
pub async fn published(conn: &mut Read, act: &Act, id: FormId) -> Result<Version> {
    let form = find_form(conn, act, id).await?;
    let version = form.published_version;
    let version = version.ok_or_else(|| Refusal::conflict("form_not_published"))?;
    find_version(conn, act, id, version).await
}

/// What changed from one version to another; `None` is the draft.
pub async fn compare_versions(
    conn: &mut Read,
    act: &Act,
    id: FormId,
    (from, to): (i64, Option<i64>),
) -> Result<Vec<Change>> {
    let older = find_version(conn, act, id, from).await?.content;
    let newer = match to {
        Some(version) => find_version(conn, act, id, version).await?.content,
        None => find_form(conn, act, id).await?.draft,
    };
    Ok(difference(&older, &newer))
}

/// Gives a new tenant the built-in forms, published, so that it can ask at once.
pub async fn install_built_in_forms(tx: &mut Write, act: &Act) -> Result<()> {
    for built_in in template::all() {
        let id = act.id();
        put_form(tx, act, id, built_in.key, built_in.content).await?;
        publish_form(tx, act, id).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::id::TenantId;
    use domain::localized::Localized;
    use jiff::Timestamp;
    use store::testing::test_db;
    use uuid::Uuid;

    use super::*;
    use crate::Ids;

    fn act() -> Act {
        Act::system(TenantId(Uuid::from_u128(1)), Timestamp::UNIX_EPOCH, &Ids::seeded(1))
    }

    fn content() -> FormContent {
        template::find("standard").unwrap().content
    }

    #[tokio::test]
    async fn a_draft_becomes_a_version_that_never_changes() {
        let (db, act, id) = (test_db().await, act(), FormId(Uuid::from_u128(7)));
        let mut tx = db.write().await.unwrap();
        let made = put_form(&mut tx, &act, id, "shop", content()).await.unwrap();
        assert_eq!((made.published_version, made.draft), (None, content()));
        let first = publish_form(&mut tx, &act, id).await.unwrap();
        assert_eq!(first.version, 1);
        assert_eq!(
            publish_form(&mut tx, &act, id).await.unwrap(),
            first,
            "nothing new, no version"
        );

        let newer = FormContent { title: Localized::zh_en("新题", "New"), ..content() };
        put_form(&mut tx, &act, id, "shop", newer.clone()).await.unwrap();
        assert_eq!(find_form(&mut tx, &act, id).await.unwrap().published_version, Some(1));
        assert_eq!(publish_form(&mut tx, &act, id).await.unwrap().version, 2);
        let (old, new) =
            (find_version(&mut tx, &act, id, 1).await, find_version(&mut tx, &act, id, 2).await);
        assert_eq!((old.unwrap().content, new.unwrap().content), (content(), newer));
        let changes = compare_versions(&mut tx, &act, id, (1, Some(2))).await.unwrap();
        assert_eq!(changes, [Change::Form { fields: vec!["title".to_owned()] }]);
        assert_eq!(compare_versions(&mut tx, &act, id, (2, None)).await.unwrap(), []);
        let versions = form::list_versions(&mut tx, act.tenant, id).await.unwrap();
        assert_eq!(versions.iter().map(|it| it.version).collect::<Vec<_>>(), [2, 1]);
    }

    #[tokio::test]
    async fn a_draft_with_faults_is_kept_and_not_published() {
        let (db, act, id) = (test_db().await, act(), FormId(Uuid::from_u128(7)));
        let mut tx = db.write().await.unwrap();
        let faulty = FormContent { title: Localized::default(), questions: vec![], ..content() };
        put_form(&mut tx, &act, id, "shop", faulty.clone()).await.unwrap();
        let Err(crate::Failure::Refused(refusal)) = publish_form(&mut tx, &act, id).await else {
            panic!("published with faults");
        };
        assert_eq!((refusal.code, refusal.also[0].code), ("required", "questions_count"));
        assert_eq!(find_form(&mut tx, &act, id).await.unwrap().draft, faulty);
    }

    #[tokio::test]
    async fn a_key_is_one_forms_own_for_ever() {
        let (db, act) = (test_db().await, act());
        let mut tx = db.write().await.unwrap();
        let [one, two] = [1, 2].map(|it| FormId(Uuid::from_u128(it)));
        put_form(&mut tx, &act, one, "shop", content()).await.unwrap();
        let taken = put_form(&mut tx, &act, two, "shop", content()).await.unwrap_err();
        assert_eq!(taken.code(), Some("form_key_taken"));
        let fixed = put_form(&mut tx, &act, one, "other", content()).await.unwrap_err();
        assert_eq!(fixed.code(), Some("form_key_fixed"));
        let bad = put_form(&mut tx, &act, two, "A/B", content()).await.unwrap_err();
        assert_eq!(bad.code(), Some("form_key_form"));
        let retired = retire_form(&mut tx, &act, one, true).await.unwrap();
        assert_eq!(retired.retired, Some(act.now));
        assert_eq!(retire_form(&mut tx, &act, one, false).await.unwrap().retired, None);
    }

    #[tokio::test]
    async fn a_new_tenant_can_ask_at_once() {
        let (db, act) = (test_db().await, act());
        let mut tx = db.write().await.unwrap();
        install_built_in_forms(&mut tx, &act).await.unwrap();
        let forms = form::list(&mut tx, act.tenant).await.unwrap();
        let keys: Vec<_> = forms.iter().map(|it| (it.key.as_str(), it.published_version)).collect();
        let expected = ["after_rectification", "cooling_off", "relationship", "standard", "vip"];
        assert_eq!(keys, expected.map(|key| (key, Some(1))));
        let other = TenantId(Uuid::from_u128(2));
        assert_eq!(form::list(&mut tx, other).await.unwrap(), []);
        assert_eq!(form::find_by_key(&mut tx, other, "standard").await.unwrap(), None);
        assert_eq!(
            form::find_by_key(&mut tx, act.tenant, "standard").await.unwrap(),
            Some(forms[3].clone())
        );
    }
}
