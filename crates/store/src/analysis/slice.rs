//! Which part of the rows a figure is of, and by what it is split.

use domain::id::{FormId, StaffId, TeamId};
use domain::platform::role::Scope;
use jiff::Timestamp;
use uuid::Uuid;

use crate::db::Query;

/// The rows a figure is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    pub scope: Scope,
    /// The tenant's own dates, both within: `YYYY-MM-DD`.
    pub from_day: String,
    pub to_day: String,
    /// The moments those dates begin and end, for what is dated by a moment.
    pub from: Timestamp,
    pub to: Timestamp,
    /// Only these moments of the first day, in milliseconds; the last is not within.
    pub within: Option<(i64, i64)>,
    pub team: Option<TeamId>,
    pub staff: Option<StaffId>,
    /// Codes, as stored.
    pub channel: Option<String>,
    pub kind: Option<String>,
    pub round: Option<String>,
    /// Any of these; empty for every form.
    pub forms: Vec<FormId>,
}

/// By what figures are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    Whole,
    Team,
    Staff,
    Channel,
    Kind,
    Round,
    Form,
    /// The tenant's own date.
    Day,
    /// `YYYY-MM`.
    Month,
    /// Each day by team, person and so on.
    DayBy(Line),
    MonthBy(Line),
}

/// What a line of a trend is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Team,
    Staff,
    Channel,
    Kind,
    Round,
    Form,
}

impl Split {
    /// The same without its dates.
    #[must_use]
    pub const fn undated(self) -> Self {
        match self {
            Self::Day | Self::Month => Self::Whole,
            Self::DayBy(line) | Self::MonthBy(line) => match line {
                Line::Team => Self::Team,
                Line::Staff => Self::Staff,
                Line::Channel => Self::Channel,
                Line::Kind => Self::Kind,
                Line::Round => Self::Round,
                Line::Form => Self::Form,
            },
            it => it,
        }
    }

    pub const fn is_by_day(self) -> bool {
        matches!(self, Self::Day | Self::DayBy(_))
    }

    pub const fn is_by_month(self) -> bool {
        matches!(self, Self::Month | Self::MonthBy(_))
    }

    pub const fn is_dated(self) -> bool {
        self.is_by_day() || self.is_by_month()
    }
}

/// The part of a split a row belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    Whole,
    /// A team, a person, a form.
    Id(Uuid),
    /// A code or a date.
    Word(String),
    /// The row has none, as an evaluation that points at nobody.
    None,
    /// What of a part is of that day or month.
    On(String, Box<Part>),
}

impl Part {
    pub(super) fn of(split: Split, (id, word, date): Columned) -> Self {
        let part = match (split.undated(), id, word) {
            (Split::Whole, ..) => Self::Whole,
            (_, Some(id), _) => Self::Id(id),
            (_, None, Some(word)) => Self::Word(word),
            (_, None, None) => Self::None,
        };
        match date {
            Some(date) => part.on(date),
            None => part,
        }
    }

    /// What of it is of that day or month.
    #[must_use]
    pub fn on(self, date: String) -> Self {
        match self {
            Self::Whole => Self::Word(date),
            it => Self::On(date, Box::new(it)),
        }
    }
}

/// The part of a row as its columns say it: id, word, date.
pub(super) type Columned = (Option<Uuid>, Option<String>, Option<String>);

/// The columns of one table by which it is filtered and split.
pub(super) struct Columns {
    pub team: &'static str,
    pub staff: &'static str,
    pub channel: &'static str,
    pub kind: &'static str,
    pub round: Option<&'static str>,
    pub form: Option<&'static str>,
    pub day: &'static str,
    pub month: &'static str,
    /// The moment of a row, where its day is its own.
    pub at: Option<&'static str>,
}

impl Columns {
    /// `id, word, date` of the part, as three selected columns.
    pub fn part(&self, split: Split) -> [&'static str; 3] {
        const NO_ID: &str = "CAST(NULL AS UUID)";
        const NO_WORD: &str = "CAST(NULL AS TEXT)";
        let [id, word] = match split.undated() {
            Split::Team => [self.team, NO_WORD],
            Split::Staff => [self.staff, NO_WORD],
            Split::Form => [self.form.unwrap_or(NO_ID), NO_WORD],
            Split::Channel => [NO_ID, self.channel],
            Split::Kind => [NO_ID, self.kind],
            Split::Round => [NO_ID, self.round.unwrap_or(NO_WORD)],
            _ => [NO_ID, NO_WORD],
        };
        let date = match split {
            _ if split.is_by_day() => self.day,
            _ if split.is_by_month() => self.month,
            _ => NO_WORD,
        };
        [id, word, date]
    }

    /// The conditions of the slice but for its dates. What the table does not have, it is not
    /// filtered by.
    pub fn filter(&self, mut query: Query, slice: &Slice) -> Query {
        let equal =
            |query: Query, column: &'static str| query.push(" AND ").push(column).push(" = ");
        if let (Some(at), Some((from, to))) = (self.at, slice.within) {
            query = query.push(" AND ").push(at).push(" >= ").push_bind(from);
            query = query.push(" AND ").push(at).push(" < ").push_bind(to);
        }
        match &slice.scope {
            Scope::All => {}
            Scope::Own(me) => query = equal(query, self.staff).push_bind(*me),
            Scope::Teams(teams, me) => {
                query = query.push(" AND (").push(self.team).push(" IN ");
                query = query.push_list(teams.iter().copied()).push(" OR ").push(self.staff);
                query = query.push(" = ").push_bind(*me).push(")");
            }
        }
        if let Some(team) = slice.team {
            query = equal(query, self.team).push_bind(team);
        }
        if let Some(staff) = slice.staff {
            query = equal(query, self.staff).push_bind(staff);
        }
        let words = [
            (Some(self.channel), &slice.channel),
            (Some(self.kind), &slice.kind),
            (self.round, &slice.round),
        ];
        for (column, word) in words {
            if let (Some(column), Some(word)) = (column, word) {
                query = equal(query, column).push_bind(word.as_str());
            }
        }
        if let (Some(column), false) = (self.form, slice.forms.is_empty()) {
            query = query.push(" AND ").push(column).push(" IN ");
            query = query.push_list(slice.forms.iter().copied());
        }
        query
    }
}
