# 各页共用的词

## 各页共用

product = 排号
other-language = English
skip = 跳到正文
hall-open = 对外服务中
hall-closed = 非服务时间
signed-in-as = { $name } · { $role }
sign-out = 退出登录
other-role-title = 这个页面是给其他角色用的
to-my-page = 到我的页面
elder-on = 大字版
elder-off = 标准版
close-dialog = 关闭
cancel = 取消
confirm-yes = 确定
key-hint = 按键 { $key }
sending = 正在提交…

## 角色

role-admin = 系统管理员
role-security = 安全管理员
role-auditor = 审计员
role-manager = 大厅经理
role-clerk = 窗口人员
role-guide = 导服台
role-kiosk = 取号机
role-board = 显示屏
role-bridge = 设备
role-gate = 停车场管理

## 连接

link-connecting = 正在连接
link-live = 实时
link-stale = 数据停顿
link-lost = 连接中断
data-age = { $seconds ->
    [0] 刚刚更新
   *[other] { $seconds } 秒前
}
data-age-minutes = { $minutes } 分钟前
lost-since = 数据中断 { $time } 起
lost-detail = 下面是中断前的情况，正在自动重新连接
never-connected = 尚未连上大厅服务器
never-connected-detail = 正在自动重试

## 时间与数字

minutes = { $minutes } 分钟
under-a-minute = 不足 1 分钟
hours-minutes = { $hours } 小时 { $minutes } 分
unit-people = 人
eta-interval = 约 { $low }–{ $high } 分钟
eta-about = 约 { $high } 分钟
eta-soon = 1 分钟内
eta-none = 无需等候
eta-unknown = 不详

## 窗口

windows = 窗口
state-busy = 办理中
state-called = 呼叫中
state-idle = 空闲
state-ready = 候叫
state-paused = 暂停
state-closed = 关闭
kind-general = 综合窗口
kind-dedicated = 专窗
kind-tide = 潮汐窗口
zone-summary = 开 { $open } / { $all }
window-line = { $window }号窗口 · { $kind } · { $state }
window-serving = { $number } { $service }
window-since = { $time } 起
window-parked = 挂起 { $count } 个
window-name = { $window }号窗口

## 号票类别

class-normal = 普通
class-appointment = 预约
class-elder = 老年人
class-disabled = 残疾人
class-pregnant = 孕妇及带婴幼儿
class-soldier = 军人
class-green = 绿色通道

## 号票

ticket-waiting = 等候中
ticket-called = 已呼叫
ticket-serving = 办理中
ticket-parked = 已挂起
ticket-done = 已办结
ticket-missed = 已过号
ticket-left = 已取消

## 停车

parking = 停车场
free-spaces = 空位
lot-about = 约 { $free }
lot-about-mark = 约
lot-about-spoken = 约
lot-some = 有位
lot-full = 满
lot-closed = 关闭
lot-unknown = —
lot-not-known = 不详
bay-ordinary = 普通车位
bay-disabled = 无障碍车位
bay-charging = 充电车位
bay-visitor = 预约车位
bay-staff = 职工车位
soon-in = { $minutes ->
    [30] 半小时后
    [60] 一小时后
   *[other] { $minutes } 分钟后
}
soon-full = { $when }预计已满
soon-few = { $when }可能已满，至多约 { $high } 个空位
soon-about = { $when }约 { $high } 个空位
soon-between = { $when }约 { $low }–{ $high } 个空位

## 出错时怎么办

problem-unreachable = 服务器没有应答。以页面显示的状态为准，连接恢复后再试。
problem-timeout = 服务器应答缓慢。没有丢失任何内容，请看清当前状态再操作。
problem-invalid = 服务器不能识别这个请求。请刷新页面后重试。
problem-unauthenticated = 登录已失效，请重新登录。
problem-not-allowed = 您的角色不能进行此操作。
problem-not-found = 要找的内容已不存在，请刷新页面。
problem-unknown-service = 该事项已停办，请刷新页面。
problem-service-closed = 现在不是该事项的服务时间。
problem-window-not-open = 窗口尚未开放，请先开窗。
problem-window-busy = 本窗口还有未办完的号，请先办结。
problem-nothing-to-recall = 当前没有可重呼的号。
problem-ticket-not-here = 该号不在本窗口。
problem-ticket-not-waiting = 该号已不在等候：可能已被其他窗口呼叫，或已离开。
problem-already-waiting = 此人今天办理该事项已有号 { $number }，请改为补打。
problem-stale = 状态刚刚发生变化，以现在显示的为准，请重新决定。
problem-too-early = 还太早：请再呼叫一次或稍等片刻再弃号。
problem-too-large = 提交的内容过大。
problem-key-reused = 同一请求的内容前后不一致，请重试。
problem-too-many = 请求过于频繁，请稍候再试。
problem-unavailable = 服务器正在启动或繁忙，请稍候再试。
problem-storage-full = 服务器存储空间已满，未作任何更改，请告知管理员。
problem-seat-taken = 该窗口已有人在岗。
problem-no-seat = 您已不在该窗口岗位上，请重新上岗。
problem-other = 操作未成功（{ $status }）。请重试，或联系管理员。
