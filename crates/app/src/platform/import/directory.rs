//! Members of the staff as other systems name them: by number, by login, by name.

use std::collections::HashMap;

use domain::id::{StaffId, TeamId};
use domain::platform::import::UnknownStaff;
use domain::refusal::Refusal;
use store::Read;
use store::platform::{staff, team};

use crate::{Act, Result};

pub struct Directory {
    /// By folded word; `None` where two people are called so.
    people: HashMap<String, Option<StaffId>>,
    teams: HashMap<StaffId, TeamId>,
    top_team: Option<TeamId>,
    unknown: UnknownStaff,
}

impl Directory {
    pub async fn load(conn: &mut Read, act: &Act, unknown: UnknownStaff) -> Result<Self> {
        let all_teams = team::list(conn, act.tenant).await?;
        let top_team = all_teams.iter().find(|it| it.parent.is_none()).map(|it| it.id);
        let (people, teams) = (HashMap::new(), HashMap::new());
        let mut directory = Self { people, teams, top_team, unknown };
        let everybody = staff::list(conn, act.tenant).await?;
        for person in &everybody {
            directory.teams.extend(person.team.map(|team| (person.id, team)));
        }
        // A number says more than a login, a login more than a name.
        let ways: [fn(&domain::platform::staff::Staff) -> &str; 3] =
            [|it| &it.number, |it| &it.login, |it| &it.name];
        for way in ways {
            let mut named: HashMap<String, Option<StaffId>> = HashMap::new();
            for person in &everybody {
                let one = named.entry(staff::folded(way(person))).or_insert(Some(person.id));
                if *one != Some(person.id) {
                    *one = None;
                }
            }
            for (word, person) in named {
                directory.people.entry(word).or_insert(person);
            }
        }
        Ok(directory)
    }

    /// Who `word` is, told as the field `at` of the row. `None`: nobody, and the mapping allows it.
    pub fn find(&self, word: Option<&str>, at: &str) -> Result<Option<StaffId>, Refusal> {
        let Some(word) = word else { return Ok(None) };
        let known = self.people.get(&staff::folded(word.trim()));
        match (known, self.unknown) {
            (Some(Some(id)), _) => Ok(Some(*id)),
            (_, UnknownStaff::LeaveEmpty) => Ok(None),
            (Some(None), UnknownStaff::Refuse) => {
                Err(Refusal::invalid("import_staff_ambiguous").with("name", word).at(at))
            }
            (None, UnknownStaff::Refuse) => {
                Err(Refusal::invalid("import_staff_unknown").with("name", word).at(at))
            }
        }
    }

    pub fn top_team(&self) -> Option<TeamId> {
        self.top_team
    }

    pub fn team(&self, person: StaffId) -> Option<TeamId> {
        self.teams.get(&person).copied()
    }
}
