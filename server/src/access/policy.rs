//! The one table of what may be done with which role, and the decision for one caller, deed and target.
//!
//! Deny by default: what is not in the table is nothing anybody may do. A target that the caller may not even
//! read is hidden, so that nobody learns by asking which names another account uses.

use super::role::{Grant, Role, Scope};

/// What can be done to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verb {
    /// See that it is there, as far as one may see what is in it.
    List,
    /// Read it: specification, cooks, reports, models, releases.
    Read,
    /// Ask an endpoint for lists on the server.
    Recommend,
    /// Send rows to a modeling, or counts of an endpoint's lists.
    Ingest,
    /// Make or change it.
    Edit,
    /// Start or cancel a cook of a modeling.
    Cook,
    /// Put a model on an endpoint, promote it, return to an earlier one.
    Publish,
    /// Delete it with all that it holds.
    Delete,
    /// Rotate the keys that sign an endpoint's manifests.
    ManageSigning,
    /// Make, list and revoke API keys.
    ManageKeys,
    /// Read who did what.
    ReadAudit,
    /// See the state of the whole server: its metrics, its queue.
    Observe,
    /// Run the server: back it up, check it, make and delete accounts.
    Operate,
}

/// Where the target of a deed lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// Anywhere.
    Any,
    /// The server as a whole, and no place in it.
    Server,
}

/// One line of the table: the deed, the least role, and what it can be done to.
struct Rule(Verb, Role, Target);

const POLICY: [Rule; 13] = [
    Rule(Verb::List, Role::Reader, Target::Any),
    Rule(Verb::Read, Role::Reader, Target::Any),
    Rule(Verb::Recommend, Role::Reader, Target::Any),
    Rule(Verb::Ingest, Role::Writer, Target::Any),
    Rule(Verb::Edit, Role::Writer, Target::Any),
    Rule(Verb::Cook, Role::Writer, Target::Any),
    Rule(Verb::Publish, Role::Writer, Target::Any),
    Rule(Verb::Delete, Role::Admin, Target::Any),
    Rule(Verb::ManageSigning, Role::Admin, Target::Any),
    Rule(Verb::ManageKeys, Role::Admin, Target::Any),
    Rule(Verb::ReadAudit, Role::Admin, Target::Any),
    Rule(Verb::Observe, Role::Reader, Target::Server),
    Rule(Verb::Operate, Role::Admin, Target::Server),
];

/// All verbs, for those who test every one.
pub const VERBS: [Verb; POLICY.len()] = {
    let mut verbs = [Verb::List; POLICY.len()];
    let mut at = 0;
    while at < verbs.len() {
        verbs[at] = POLICY[at].0;
        at += 1;
    }
    verbs
};

/// What a caller is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Allow,
    /// Nobody in particular asks: 401.
    Identify,
    /// It is there, and not for this caller to do: 403.
    Forbid,
    /// As if it were not there: 404.
    Hide,
}

/// Whether these grants are enough to do `verb` to `target`.
pub(super) fn decide(grants: &[Grant], verb: Verb, target: &Scope) -> Decision {
    if allows(grants, verb, target) {
        Decision::Allow
    } else if *target == Scope::Server || allows(grants, Verb::Read, target) {
        Decision::Forbid
    } else {
        Decision::Hide
    }
}

fn allows(grants: &[Grant], verb: Verb, target: &Scope) -> bool {
    let rule = POLICY.iter().find(|rule| rule.0 == verb);
    let Some(Rule(_, least, on)) = rule else { return false };
    if *on == Target::Server && *target != Scope::Server {
        return false;
    }
    // Who may read something inside an account sees the account, with that in it and nothing else.
    let seen_from_inside = |grant: &Grant| verb == Verb::List && target.covers(&grant.on);
    let enough = |role: Role| role >= *least || role == Role::Sender && verb == Verb::Ingest;
    grants.iter().any(|grant| enough(grant.role) && (grant.on.covers(target) || seen_from_inside(grant)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGETS: [&str; 7] = [
        "*",
        "acme",
        "acme/modelings/shop",
        "acme/endpoints/web",
        "other",
        "other/modelings/shop",
        "other/endpoints/web",
    ];

    fn grant(text: &str) -> Grant {
        text.parse().unwrap()
    }

    fn asked(grants: &str, verb: Verb, target: &str) -> Decision {
        let grants: Vec<Grant> = grants.split(", ").filter(|text| !text.is_empty()).map(grant).collect();
        decide(&grants, verb, &target.parse().unwrap())
    }

    #[test]
    fn no_grant_no_deed() {
        for verb in VERBS {
            for target in TARGETS {
                assert_ne!(asked("", verb, target), Decision::Allow, "{verb:?} {target}");
            }
        }
    }

    #[test]
    fn nobody_of_one_account_learns_anything_of_another() {
        for role in Role::ALL {
            for on in ["acme", "acme/modelings/shop", "acme/endpoints/web"] {
                for verb in VERBS {
                    for target in ["other", "other/modelings/shop", "other/endpoints/web", "none-such"] {
                        let decision = asked(&format!("{role} on {on}"), verb, target);
                        assert_eq!(decision, Decision::Hide, "{role} on {on}: {verb:?} {target}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_admin_of_the_server_may_do_everything_where_it_can_be_done() {
        for verb in VERBS {
            for target in TARGETS {
                let whole = matches!(verb, Verb::Observe | Verb::Operate);
                let expected = if whole && target != "*" { Decision::Forbid } else { Decision::Allow };
                assert_eq!(asked("admin on *", verb, target), expected, "{verb:?} {target}");
            }
        }
    }

    #[test]
    fn roles_on_an_account() {
        use Verb::{
            Cook, Delete, Edit, Ingest, List, ManageKeys, ManageSigning, Publish, Read, ReadAudit, Recommend,
        };
        let reader = [List, Read, Recommend];
        let writer = [Ingest, Edit, Cook, Publish];
        let admin = [Delete, ManageSigning, ManageKeys, ReadAudit];
        for (verbs, least) in [(&reader[..], Role::Reader), (&writer, Role::Writer), (&admin, Role::Admin)] {
            for &verb in verbs {
                for role in [Role::Reader, Role::Writer, Role::Admin] {
                    let expected = if role >= least { Decision::Allow } else { Decision::Forbid };
                    for target in ["acme", "acme/modelings/shop", "acme/endpoints/web"] {
                        let decision = asked(&format!("{role} on acme"), verb, target);
                        assert_eq!(decision, expected, "{role}: {verb:?} {target}");
                    }
                    assert_eq!(asked(&format!("{role} on acme"), verb, "*") == Decision::Allow, verb == List);
                }
            }
        }
    }

    #[test]
    fn a_sender_adds_rows_and_sees_nothing() {
        for verb in VERBS {
            for target in TARGETS {
                let allowed = verb == Verb::Ingest && target == "acme/modelings/shop";
                let expected = match target {
                    _ if allowed => Decision::Allow,
                    "*" => Decision::Forbid,
                    _ => Decision::Hide,
                };
                assert_eq!(
                    asked("sender on acme/modelings/shop", verb, target),
                    expected,
                    "{verb:?} {target}"
                );
            }
        }
    }

    #[test]
    fn who_cooks_a_modeling_may_not_publish_on_the_endpoint() {
        let grants = "writer on acme/modelings/shop, reader on acme/endpoints/web";
        assert_eq!(asked(grants, Verb::Cook, "acme/modelings/shop"), Decision::Allow);
        assert_eq!(asked(grants, Verb::Publish, "acme/endpoints/web"), Decision::Forbid);
        assert_eq!(asked(grants, Verb::Publish, "acme/endpoints/other"), Decision::Hide);
        assert_eq!(asked(grants, Verb::List, "acme"), Decision::Allow);
        assert_eq!(asked(grants, Verb::Read, "acme"), Decision::Hide);
    }
}
