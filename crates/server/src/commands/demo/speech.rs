//! What the customers of the demonstration company say. Written for it; nobody real said it.

/// What a service was about.
pub struct Topic {
    pub subject: &'static str,
    /// The reason a dissatisfied customer ticks, by its key in the standard form.
    pub reason: &'static str,
    pub low: &'static [&'static str],
    pub middle: &'static [&'static str],
    pub high: &'static [&'static str],
    /// What was wrong, and what was done about it.
    pub cause: &'static str,
    pub measure: &'static str,
    pub answer: &'static str,
}

pub const TOPICS: &[Topic] = &[
    Topic {
        subject: "退款进度",
        reason: "waiting",
        low: &[
            "退款申请提交一个多星期了还没到账，每次打电话都说在处理，到底什么时候能退？",
            "说好三到五个工作日，今天第九天了，没有一个人主动联系我。",
            "退款一直拖着，客服换了三个人，每次都要我从头再说一遍。",
        ],
        middle: &["退款是收到了，就是比说好的晚了两天。", "过程有点慢，结果还行。"],
        high: &["退款当天就到账了，比我想的快多了，谢谢！", "客服把每一步都讲清楚了，很放心。"],
        cause: "财务复核积压，退款进度没有同步给客户",
        measure: "退款超过三个工作日由系统提醒责任人，并主动短信告知客户进度",
        answer: "您的退款已加急处理，今天 18:00 前到账，给您添麻烦了。",
    },
    Topic {
        subject: "上门安装",
        reason: "unsolved",
        low: &[
            "约好周六上午，等了一上午没人来，打电话才说改期了，请问有人考虑过我的时间吗？",
            "安装师傅来了说配件不对，白跑一趟，又要再等一个星期。",
            "空调装完第二天就漏水，打了两次电话都没有人上门。",
        ],
        middle: &["师傅手艺可以，就是迟到了一个小时。", "装好了，现场没有收拾干净。"],
        high: &[
            "安装师傅准时、专业，走之前把地都擦干净了，点赞！",
            "师傅还教我怎么省电，服务真周到。",
        ],
        cause: "派单系统与配件库存没有联动，改期没有通知客户",
        measure: "派单前核对配件，改期必须电话确认并补发短信",
        answer: "已为您改约明天上午，由组长亲自上门，配件已经核对。",
    },
    Topic {
        subject: "产品故障",
        reason: "unsolved",
        low: &[
            "洗衣机修了两次还是响，第三次报修说要收上门费，这不合理。",
            "冰箱不制冷，食物全坏了，客服只会让我重启。",
            "说明书上的办法都试过了，没有用，也没有人告诉我下一步怎么办。",
        ],
        middle: &["问题解决了，但是要我自己打了三次电话。", "修好了，配件等得久了些。"],
        high: &["电话里一步步教我排查，十分钟就好了，专业！", "换新机的流程很顺，第二天就送到了。"],
        cause: "一线缺少该型号的排查手册，返修没有升级机制",
        measure: "补齐型号排查手册并培训，同一故障二次报修直接升级技术专员",
        answer: "已安排技术专员明天上午上门，免上门费，并为您登记返修优先。",
    },
    Topic {
        subject: "账单咨询",
        reason: "unclear",
        low: &[
            "问一个扣费明细，三个客服三种说法，最后也没讲明白。",
            "自动续费根本没有提醒，问了半天才承认是系统问题。",
        ],
        middle: &["解释得还算清楚，就是等待音乐听了很久。", "知道怎么回事了，希望账单写得简单点。"],
        high: &[
            "客服很耐心，一笔一笔帮我核对，还主动退了多扣的钱。",
            "问题一次就说清楚了，效率高。",
        ],
        cause: "扣费规则更新后知识库没有同步",
        measure: "资费变更须先更新知识库并全员确认后再上线",
        answer: "多扣的费用已原路退回，明细已发到您的邮箱。",
    },
    Topic {
        subject: "物流配送",
        reason: "cumbersome",
        low: &[
            "快递显示已签收，可是我根本没收到，让我自己找快递公司，太不负责任了。",
            "换货要填三张表、传五张照片，流程太麻烦了。",
        ],
        middle: &["货到了，包装有点压坏，东西没事。", "配送时间和页面写的不一样。"],
        high: &["下单第二天就送到楼上，配送员很有礼貌。", "换货上门取件，一点都不麻烦。"],
        cause: "签收异常没有专人跟进，客户被推给第三方",
        measure: "签收异常一律由我方在两小时内联系承运方并回复客户",
        answer: "已联系承运方核实，包裹今天下午重新派送，专人跟到签收。",
    },
    Topic {
        subject: "会员与优惠",
        reason: "attitude",
        low: &[
            "我就问一下积分为什么少了，对方很不耐烦，还抢话。",
            "态度太差，没等我说完就把电话挂了。",
        ],
        middle: &["态度可以，就是答得不够具体。", "优惠规则有点复杂。"],
        high: &["小姑娘声音很亲切，还提醒我积分快到期了。", "主动帮我算了最划算的方案，感谢。"],
        cause: "高峰时段排班不足，员工情绪管理不到位",
        measure: "调整晚高峰排班，主管一对一复听录音并带教",
        answer: "是我们做得不好，向您道歉。积分已经补回，并已安排同事培训。",
    },
];

pub const SUGGESTIONS: &[&str] = &[
    "建议在小程序里直接看退款进度，不用每次打电话问。",
    "希望晚上八点以后也有人工客服，上班的人只有那时候有空。",
    "建议安装前一天发短信提醒，并写上师傅的姓名和电话。",
    "能不能把说明书做成视频？老人看不懂字。",
    "希望电话里可以直接留言，不用一直等。",
];

pub const PRAISES: &[&str] = &[
    "这次接待我的客服特别好，耐心听我说完，还回访了两次，一定要表扬！",
    "非常专业，一个电话就解决了困扰我一个月的问题，点赞！",
    "态度好、办事快，感谢这位客服，希望公司好好奖励。",
];

/// What keeps customers.
pub const VALUED: &[&str] = &[
    "有问题能找到人，而且记得我上次说过什么。",
    "说几点回复就几点回复，这一点别家做不到。",
    "上门的师傅守时，走之前还收拾干净。",
    "退换货不扯皮，省心。",
];

pub const ENGLISH: &[(i64, &str)] = &[
    (1, "I have called four times and still nobody can tell me where my refund is."),
    (2, "The technician never showed up and nobody told me."),
    (4, "Quick answer, a bit hard to understand at first."),
    (5, "Very patient and helpful, solved it in one call. Thank you!"),
];

pub const SURNAMES: &str =
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕";
pub const GIVEN: &str =
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉梅红鹏飞建国志文宇轩晨曦雨欣佳怡思远";

pub const TEAMS: [&str; 3] = ["华东组", "华南组", "线上组"];
