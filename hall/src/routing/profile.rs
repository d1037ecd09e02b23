//! Profiles: ordered rules in the style WHEN … TAKE …; the last one always holds.

use super::RuleName;
use super::lines::Head;
use crate::class::Class;
use crate::time::Moment;

/// How a freed window chooses among the heads of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name in the hall file.
    pub name: &'static str,
    /// The first rule whose condition holds, takes.
    pub rules: Vec<Rule>,
    /// The cap on waiting in milliseconds: who has waited so long goes before any other rule.
    pub max_wait_ms: i64,
}

/// One rule of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// What a call by this rule says as its reason.
    pub name: RuleName,
    /// The condition.
    pub when: When,
    /// The choice.
    pub take: Take,
}

/// When a rule applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Somebody has waited longer than the cap.
    OverCap,
    /// Somebody of this class waits.
    Waiting(Class),
    /// Always.
    Always,
}

/// Whom a rule takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    /// Who has waited longest.
    Longest,
    /// Who has waited longest among one class.
    LongestOf(Class),
    /// Whose weight times waiting is greatest: accumulating priority. Weights stand in the order of [`Class::ALL`].
    MostUrgent([i64; Class::COUNT]),
}

/// What a profile chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choice {
    /// The first of the line that is called.
    pub head: Head,
    /// The rule that chose it.
    pub rule: RuleName,
    /// Who had waited longest among all lines.
    pub longest: Head,
}

/// Weights of the `default` profile, in tenths. A class's urgency grows with its waiting, so nobody is passed for ever:
/// somebody `normal` who has waited 20 minutes goes before a `green` visitor of 5.
const DEFAULT_WEIGHTS: [i64; Class::COUNT] = [10, 15, 20, 20, 20, 20, 40];

impl Profile {
    /// The profiles that can be named in a hall file.
    pub const NAMES: [&'static str; 3] = ["first-come", "green-first", "default"];

    /// A built-in profile.
    pub fn named(name: &str) -> Option<Self> {
        let over_cap = Rule { name: RuleName::LongestOverCap, when: When::OverCap, take: Take::Longest };
        let finally = Rule { name: RuleName::LongestWait, when: When::Always, take: Take::Longest };
        let green =
            Rule { name: RuleName::GreenFirst, when: When::Waiting(Class::Green), take: Take::LongestOf(Class::Green) };
        let urgent = Rule { name: RuleName::MostUrgent, when: When::Always, take: Take::MostUrgent(DEFAULT_WEIGHTS) };
        let (name, rules) = match name {
            // First come, first served never makes anybody wait behind a later one: it needs no cap.
            "first-come" => ("first-come", vec![finally]),
            "green-first" => ("green-first", vec![over_cap, green, finally]),
            "default" => ("default", vec![over_cap, urgent]),
            _ => return None,
        };
        Some(Self { name, rules, max_wait_ms: 120 * 60_000 })
    }

    /// Chooses among the heads of a window's lines; `None` only where there are none.
    pub fn choose(&self, now: Moment, heads: &[Head]) -> Option<Choice> {
        let longest = heads.iter().min_by_key(|head| head.place)?;
        let chosen = |head: &Head, rule| Some(Choice { head: *head, rule, longest: *longest });
        for rule in &self.rules {
            let holds = match rule.when {
                When::OverCap => now.since(longest.place.since) >= self.max_wait_ms,
                When::Waiting(class) => heads.iter().any(|head| head.class == class),
                When::Always => true,
            };
            if !holds {
                continue;
            }
            let taken = match rule.take {
                Take::Longest => Some(longest),
                Take::LongestOf(class) => heads.iter().filter(|head| head.class == class).min_by_key(|head| head.place),
                Take::MostUrgent(weights) => heads
                    .iter()
                    .min_by_key(|head| (-weights[head.class.index()] * now.since(head.place.since), head.place)),
            };
            if let Some(head) = taken {
                return chosen(head, rule.name);
            }
        }
        chosen(longest, RuleName::LongestWait)
    }

    /// Whether `a` will be called before `b` if one window serves both at `then`.
    pub fn goes_before(&self, then: Moment, a: Head, b: Head) -> bool {
        self.choose(then, &[a, b]).is_some_and(|choice| choice.head.place == a.place)
    }
}
