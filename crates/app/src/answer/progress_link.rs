//! The unguessable link by which a customer follows a case without signing in (D01).

use data_encoding::BASE64URL_NOPAD;
use domain::collect::evaluation::Evaluation;
use domain::id::{CaseId, EvaluationId, TenantId};
use store::answer::progress_link::{self, ProgressLink};
use store::collect::evaluation;
use store::{Read, Write};

use crate::collect::anonymous::find_waiting;
use crate::{Act, Result};

/// Bytes of a token: 128 bits.
const TOKEN_BYTES: usize = 16;

/// The link of an evaluation and of the case it opened. A message to the customer may have made the
/// case's link already: there is one for both.
pub async fn link_evaluation(
    tx: &mut Write,
    act: &Act,
    evaluation: EvaluationId,
    opened: Option<CaseId>,
) -> Result<ProgressLink> {
    let told = match opened {
        Some(case) => progress_link::find_by_case(tx, act.tenant, case).await?.map(|it| (case, it)),
        None => None,
    };
    if let Some((case, link)) = told {
        progress_link::set_evaluation(tx, act.tenant, case, evaluation).await?;
        return Ok(ProgressLink { evaluation: Some(evaluation), ..link });
    }
    make(tx, act, Some(evaluation), opened).await
}

/// The token of a case's link, for every message about it. A case that no evaluation opened gets
/// its link when it is first asked for.
pub async fn token_of_case(tx: &mut Write, act: &Act, case: CaseId) -> Result<String> {
    if let Some(link) = progress_link::find_by_case(tx, act.tenant, case).await? {
        return Ok(link.token);
    }
    Ok(make(tx, act, None, Some(case)).await?.token)
}

/// A token that nobody guesses.
pub(crate) fn fresh_token(act: &Act) -> String {
    BASE64URL_NOPAD.encode(&act.ids.bytes::<TOKEN_BYTES>())
}

async fn make(
    tx: &mut Write,
    act: &Act,
    evaluation: Option<EvaluationId>,
    case: Option<CaseId>,
) -> Result<ProgressLink> {
    let link = ProgressLink { token: fresh_token(act), evaluation, case, created: act.now };
    progress_link::insert(tx, act.tenant, &link).await?;
    Ok(link)
}

/// What a progress link leads to: at least one of the two.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// `None` where the case came in by another way.
    pub evaluation: Option<Evaluation>,
    /// `None` where there was nothing to do for anybody.
    pub case: Option<CaseId>,
    /// It is anonymous and waits for others to be opened with.
    pub waits: bool,
}

/// What the link leads to; `None`: nowhere.
pub async fn follow(conn: &mut Read, tenant: TenantId, token: &str) -> Result<Option<Followed>> {
    let Some(link) = progress_link::find(conn, tenant, token).await? else {
        let waiting = find_waiting(conn, tenant, token).await?;
        return Ok(waiting.map(|it| Followed { evaluation: Some(it), case: None, waits: true }));
    };
    let evaluation = match link.evaluation {
        Some(id) => evaluation::find(conn, tenant, id).await?,
        None => None,
    };
    let case = link.case.or(evaluation.as_ref().and_then(|it| it.case));
    let found = Followed { evaluation, case, waits: false };
    Ok(Some(found).filter(|it| it.evaluation.is_some() || it.case.is_some()))
}

/// The address of the page, as it stands in messages.
pub fn address(public_url: &str, slug: &str, token: &str) -> String {
    format!("{}/p/{slug}/{token}", public_url.trim_end_matches('/'))
}
