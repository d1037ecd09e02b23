# 手机页

phone-title = 我的号 · 排号
loading = 正在读取…
go-to = 请到 { $window } 号窗口
ahead = 前面还有
wait = 预计等候
zone = 区域
issued = 取号
updated = 更新

phase-waiting = 排队中
phase-near = 快到您了
phase-called = 正在叫您
phase-serving = 正在办理
phase-parked = 暂时挂起
phase-missed = 已过号
phase-done = 已办结
phase-left = 已取消排队
phase-closed = 大厅已下班

advice-waiting = 可以先坐一会儿，轮到您时本页会提醒。
advice-near = 请到{ $zone }附近等候，留意屏幕和广播。
advice-called = 请现在过去，窗口正在等您。
advice-held = 窗口为您保留约 { $minutes } 分钟，请尽快过去。
advice-held-over = 保留时间已到，请马上到窗口说明。
advice-serving = 您正在 { $window } 号窗口办理。
advice-parked = 办理暂时中断，材料齐了请告诉 { $window } 号窗口，不用重新取号。
advice-missed = 叫到您时没有应答。请到 { $window } 号窗口或导服台说明，可以再叫一次，不用重新取号。
advice-done = 谢谢您的配合。
advice-left = 这个号不会再被呼叫，需要时请重新取号。
advice-closed = 今天的服务时间已结束。请到导服台询问，或在下一个工作日重新取号。

unknown-title = 找不到这个号
unknown-text = 链接只在取号当天有效。请核对地址，或到导服台询问。

leave = 不等了，取消排队
leave-title = 取消 { $number } 的排队？
leave-text = 取消后不再叫您，也不能恢复；需要时要重新取号。
stay = 继续等候
leave-do = 取消排队

## 停车

parking-now = 停车场现在的空位
soon-unknown = 半小时后的情况还不知道
