//! Bringing records from other systems (A11, J02): what may be brought, how a file's columns are
//! mapped to it, and how a row is read under a mapping.

mod mapping;
mod propose;
mod record;

use crate::code::codes;

pub use mapping::{IdenticalRows, Mapping, Source, UnknownStaff};
pub use propose::{Finding, Proposal, propose};
pub use record::{Fault, Reader, Record, Value};

codes! {
    /// What the rows of a file are.
    pub enum Target {
        Customers = "customers",
        /// One service record a row.
        Interactions = "interactions",
        /// One evaluation a row.
        Evaluations = "evaluations",
        /// One event of a case a row; rows of one case share its number.
        CaseEvents = "case_events",
    }

    /// How far an import is.
    pub enum Stage {
        /// The file is here; nothing is read yet.
        Uploaded = "uploaded",
        /// Rows are being read.
        Rows = "rows",
        /// All rows are read; cases are being made of their events.
        Cases = "cases",
        Done = "done",
        /// The file could not be read to its end.
        Failed = "failed",
        Cancelled = "cancelled",
    }

    /// What an event of an imported case is to us.
    pub enum EventWord {
        Opened = "opened",
        Accepted = "accepted",
        Started = "started",
        Replied = "replied",
        WaitBegun = "wait_begun",
        WaitEnded = "wait_ended",
        Solved = "solved",
        Reopened = "reopened",
        Closed = "closed",
        /// Is kept in the time line and moves nothing.
        Noted = "noted",
    }
}

impl Stage {
    pub const fn is_running(self) -> bool {
        matches!(self, Self::Rows | Self::Cases)
    }
}

/// What became of the rows of an import so far.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
pub struct Counts {
    /// Rows read, good and bad.
    pub read: i64,
    pub created: i64,
    pub updated: i64,
    /// Known before and the same, or the same as an earlier row.
    pub unchanged: i64,
    pub bad: i64,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.read += more.read;
        self.created += more.created;
        self.updated += more.updated;
        self.unchanged += more.unchanged;
        self.bad += more.bad;
    }
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    Text,
    Moment,
    /// A duration, kept in whole seconds.
    Seconds,
    /// A whole number from `.0` to `.1`.
    Points(i64, i64),
    YesNo,
    /// Texts separated by commas or semicolons.
    List,
    /// One of these codes.
    Code(&'static [&'static str]),
}

/// One field of a target: what a column can be mapped to.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub key: &'static str,
    pub holds: FieldType,
    pub required: bool,
    /// Names of columns that say this, folded by [`propose::folded`]; the likelier first.
    synonyms: &'static [&'static str],
}

/// Fields of the tenant's own are mapped as `fields.KEY`.
pub const OWN_FIELD: &str = "fields.";

const fn field(key: &'static str, holds: FieldType, synonyms: &'static [&'static str]) -> Field {
    Field { key, holds, required: false, synonyms }
}

const fn required(key: &'static str, holds: FieldType, synonyms: &'static [&'static str]) -> Field {
    Field { key, holds, required: true, synonyms }
}

const LEVELS: &[&str] = &["standard", "key", "vip"];
const LANGUAGES: &[&str] = &["zh-CN", "en"];

const CUSTOMER: &[Field] = &[
    field(
        "external_id",
        FieldType::Text,
        &[
            "customerid",
            "客户编号",
            "客户id",
            "会员编号",
            "会员号",
            "custid",
            "userid",
            "uid",
            "编号",
            "id",
        ],
    ),
    field(
        "name",
        FieldType::Text,
        &[
            "customername",
            "客户姓名",
            "客户名称",
            "姓名",
            "name",
            "bookingcontactname",
            "客户",
            "customer",
            "nickname",
            "昵称",
        ],
    ),
    field(
        "phone",
        FieldType::Text,
        &[
            "phone",
            "mobile",
            "tel",
            "telephone",
            "phonenumber",
            "手机",
            "手机号",
            "手机号码",
            "电话",
            "联系电话",
        ],
    ),
    field("email", FieldType::Text, &["email", "mail", "emailaddress", "邮箱", "电子邮箱", "邮件"]),
    field("language", FieldType::Code(LANGUAGES), &["language", "语言"]),
    field("level", FieldType::Code(LEVELS), &["level", "客户级别", "客户等级", "级别"]),
    field("owner", FieldType::Text, &["owner", "accountmanager", "客户经理", "专属客服"]),
    field("tags", FieldType::List, &["tags", "标签"]),
];

const INTERACTION: &[Field] = &[
    field(
        "external_id",
        FieldType::Text,
        &[
            "interactionid",
            "callid",
            "conversationid",
            "sessionid",
            "通话编号",
            "会话id",
            "会话编号",
            "服务单号",
            "服务编号",
            "流水号",
            "orderid",
            "订单号",
            "id",
            "编号",
        ],
    ),
    field("customer", FieldType::Text, &["customerid", "客户编号", "客户id", "userid", "会员编号"]),
    field(
        "channel",
        FieldType::Code(crate::collect::channel::Channel::CODES),
        &["channel", "渠道", "服务渠道"],
    ),
    field(
        "subject",
        FieldType::Text,
        &["topic", "subject", "主题", "问题类型", "业务类型", "calloutcome"],
    ),
    field(
        "agent",
        FieldType::Text,
        &[
            "agent",
            "agentid",
            "agentname",
            "坐席",
            "座席",
            "客服",
            "客服工号",
            "工号",
            "服务人员",
            "接待客服",
            "salesrep",
            "resource",
        ],
    ),
    required(
        "started",
        FieldType::Moment,
        &[
            "started",
            "starttime",
            "开始时间",
            "服务时间",
            "通话时间",
            "接入时间",
            "created",
            "createdat",
            "date",
            "时间",
            "日期",
            "calldate",
            "orderpurchasetimestamp",
        ],
    ),
    field(
        "ended",
        FieldType::Moment,
        &["ended", "endtime", "结束时间", "挂机时间", "closedat", "orderdeliveredcustomerdate"],
    ),
    field(
        "duration",
        FieldType::Seconds,
        &[
            "duration",
            "avgtalkduration",
            "talkduration",
            "通话时长",
            "服务时长",
            "时长",
            "会话时长",
        ],
    ),
    field(
        "queue_wait",
        FieldType::Seconds,
        &["speedofanswerinseconds", "waitingtime", "queuewait", "等待时长", "排队时长", "等待时间"],
    ),
    field("answered", FieldType::YesNo, &["answered", "answeredyn", "是否接通", "接通"]),
    field("resolved", FieldType::YesNo, &["resolved", "是否解决", "已解决"]),
    field("transcript", FieldType::Text, &["transcript", "对话", "聊天记录", "会话内容"]),
];

const EVALUATION: &[Field] = &[
    field(
        "external_id",
        FieldType::Text,
        &[
            "evaluationid",
            "reviewid",
            "commentid",
            "respondentid",
            "responseid",
            "评价编号",
            "评论id",
            "答卷编号",
            "callid",
            "id",
            "编号",
        ],
    ),
    required(
        "submitted",
        FieldType::Moment,
        &[
            "submitted",
            "submittedat",
            "reviewanswertimestamp",
            "评价时间",
            "提交时间",
            "creationtime",
            "reviewtime",
            "createdat",
            "答题时间",
            "时间",
            "日期",
            "date",
            "timestamp",
        ],
    ),
    field(
        "interaction",
        FieldType::Text,
        &[
            "interactionid",
            "callid",
            "conversationid",
            "服务单号",
            "服务编号",
            "通话编号",
            "会话id",
        ],
    ),
    field("customer", FieldType::Text, &["customerid", "客户编号", "客户id", "userid", "会员编号"]),
    field(
        "agent",
        FieldType::Text,
        &[
            "agent",
            "agentid",
            "agentname",
            "坐席",
            "座席",
            "客服",
            "客服工号",
            "工号",
            "服务人员",
            "接待客服",
        ],
    ),
    field(
        "csat",
        FieldType::Points(1, 5),
        &[
            "csat",
            "satisfactionrating",
            "reviewscore",
            "score",
            "rating",
            "stars",
            "评分",
            "满意度",
            "星级",
            "总体满意度",
            "打分",
        ],
    ),
    field("nps", FieldType::Points(0, 10), &["nps", "npsscore", "推荐度", "推荐意愿"]),
    field("ces", FieldType::Points(1, 7), &["ces", "费力度", "便捷度"]),
    field(
        "comment",
        FieldType::Text,
        &[
            "comment",
            "reviewcommentmessage",
            "content",
            "review",
            "reviewtext",
            "评价内容",
            "评论",
            "评论内容",
            "内容",
            "意见",
            "反馈",
            "留言",
            "text",
            "feedback",
        ],
    ),
    field("round", FieldType::Code(crate::collect::round::Round::CODES), &["round", "轮次"]),
    field("language", FieldType::Text, &["language", "语言"]),
];

const CASE_EVENT: &[Field] = &[
    required(
        "case",
        FieldType::Text,
        &[
            "caseid",
            "case",
            "ticketid",
            "incidentid",
            "srnumber",
            "工单号",
            "工单编号",
            "投诉编号",
            "单号",
            "id",
        ],
    ),
    required(
        "event",
        FieldType::Code(EventWord::CODES),
        &["activity", "event", "action", "status", "事件", "动作", "操作", "状态", "环节"],
    ),
    required(
        "at",
        FieldType::Moment,
        &[
            "completetimestamp",
            "timestamp",
            "time",
            "eventtime",
            "时间",
            "操作时间",
            "处理时间",
            "date",
        ],
    ),
    field("by", FieldType::Text, &["resource", "agent", "操作人", "处理人", "经办人", "工号"]),
    field("customer", FieldType::Text, &["customerid", "客户编号", "客户id", "customer"]),
    field(
        "kind",
        FieldType::Code(crate::triage::Kind::CODES),
        &["kind", "type", "类型", "工单类型", "反馈类型"],
    ),
    field(
        "priority",
        FieldType::Code(crate::triage::Priority::CODES),
        &["priority", "seriousness", "优先级", "紧急程度"],
    ),
    field(
        "said",
        FieldType::Text,
        &["description", "subject", "content", "描述", "内容", "投诉内容", "问题描述"],
    ),
    field(
        "text",
        FieldType::Text,
        &["note", "remark", "reply", "备注", "回复", "处理结果", "处理意见"],
    ),
];

impl Target {
    /// What its columns can be mapped to, in reading order.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Customers => CUSTOMER,
            Self::Interactions => INTERACTION,
            Self::Evaluations => EVALUATION,
            Self::CaseEvents => CASE_EVENT,
        }
    }

    pub fn field(self, key: &str) -> Option<&'static Field> {
        self.fields().iter().find(|it| it.key == key)
    }

    /// Whether things of this kind carry fields of the tenant's own.
    pub fn has_own_fields(self) -> bool {
        matches!(self, Self::Customers | Self::Interactions)
    }
}
