# 大厅实况页

page-title = 大厅实况
product = 排号
skip-to-queues = 跳到排队情况
other-language = English

## 页首

hall-open = 对外服务中
hall-closed = 非服务时间
hall-clock = 大厅时间
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

## 数字

figures = 大厅概况
figure-waiting = 正在等候
figure-longest = 最长等候
figure-issued = 今日取号
figure-served = 今日已办
figure-left = 中途离开
figure-windows = 窗口
unit-people = 人
unit-tickets = 张
unit-cases = 件
windows-total = 共 { $count } 个
no-one-waits = 无人等候
minutes = { $minutes } 分钟
under-a-minute = 不足 1 分钟
hours-minutes = { $hours } 小时 { $minutes } 分

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

## 叫号

calls = 最近叫号
call-window = { $window }号窗口
call-again = 第 { $times } 次
no-calls = 今天还没有叫号

## 排队

queues = 排队情况
queues-hint = 按最长等候排列
queue-service = 事项
queue-waiting = 等候
queue-longest = 最长
queue-windows = 窗口
queue-estimate = 预计等候
eta-interval = 约 { $low }–{ $high } 分钟
eta-about = 约 { $high } 分钟
eta-soon = 1 分钟内
eta-none = 无需等候
eta-unknown = 不详
