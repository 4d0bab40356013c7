//! The rules of Huisheng (回声). No IO, no async, no clock, no randomness: `now` and ids are arguments.
//!
//! The words, in reading order. One word per thing, everywhere: table, type, address, TypeScript.
//!
//! | word | Chinese | meaning | not |
//! |---|---|---|---|
//! | tenant | 企业 | the organisation whose data this is; first column of every key | org, account |
//! | staff | 员工 | a person who logs in; agent, inspector, supervisor, manager are roles | user, employee |
//! | customer | 客户 | who is served | client, contact |
//! | interaction | 服务记录 | one call, chat, visit, mail exchange, with its times | session, conversation |
//! | form | 评价表 | questions, versioned; a published version never changes | survey, questionnaire |
//! | invitation | 评价邀请 | a request to one customer to evaluate one thing, with a token | |
//! | evaluation | 评价 | what a customer handed in; has a round | response, feedback, rating |
//! | round | 轮次 | first, after rectification, cooling off, relationship, spot check, unsolicited | wave |
//! | case | 工单 | a consultation, issue, complaint, suggestion or praise that somebody owns | ticket |
//! | clock | 时钟 | one promise with a deadline on a case; a list of running and paused spans | timer |
//! | timer | 定时 | the wake-up of a clock, a reminder or an expiry | |
//! | rectification | 整改 | corrective action with cause, owner, due date, verification | fix |
//! | ledger | 存证 | the append-only record | log |
//! | erasure | 清除 | personal data taken out on request or after its time; the ledger keeps that it was so | deletion |
//! | signal | 可疑信号 | evidence that an evaluation may not be genuine; never a verdict | fraud |
//! | job | 任务 | what has to leave the house: mail, message, webhook | |

pub mod code;
pub mod id;
pub mod language;
pub mod localized;
pub mod refusal;

pub mod analysis;
pub mod answer;
pub mod collect;
pub mod customer;
pub mod handle;
pub mod platform;
pub mod triage;
pub mod trust;
