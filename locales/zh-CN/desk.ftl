# 窗口工作台

desk-title = { $window }号窗口 · { $zone }
desk-short = { $window }号窗口
desk-hint = 空格或回车 = 主键：开始叫号；办结后叫下一位
loading = 正在读取…
no-such-window = 大厅没有 { $window } 号窗口，请检查地址。
time-running = 已用时
title-called = 已呼叫 { $number }
title-waiting = { $count } 人等候

## 当前号

now-closed = 窗口未开
now-closed-hint = 按主键开窗
now-idle = 空闲
now-idle-hint = 按主键呼叫下一位
now-ready = 正在候叫
now-ready-hint = 有人取号就会自动呼叫到本窗口
now-paused = 暂停服务
now-paused-hint = 按主键恢复服务
now-busy = 办理中
now-busy-hint = 请稍候
calls-so-far = 第 { $calls } 次呼叫
had-waited = 等候了 { $wait }

## 操作

deeds = 操作
one-open = 开窗
one-continue = 恢复服务
one-call = 呼叫下一位
one-finish-call = 办结并呼叫下一位
action-next = 主键（呼叫 / 办结并呼叫）
action-recall = 重呼
action-start = 开始办理
action-miss = 弃号
action-pause = 暂停
action-transfer = 转移
action-park = 挂起
action-resume = 回呼
action-finish = 办结不叫
action-return = 退回排队

why-offline = 与服务器的连接中断，暂时不能操作；恢复后按钮自动可用。
why-no-seat = 您不在本窗口岗位上，请先上岗。
why-sending = 上一个操作正在提交，请稍候。
why-no-ticket = 窗口当前没有号。
why-busy = 请先办结当前的号。
why-started = 该号已开始办理。
why-nothing-parked = 没有挂起的号。
why-closed = 窗口未开，请先开窗。
why-paused = 窗口已经暂停。

did-call = 已呼叫 { $number }
did-ready = 暂时无人等候，有人取号会自动呼叫
did-open = 窗口已开
did-pause = 已暂停：{ $reason }
did-close = 窗口已关
did-recall = 已重呼 { $number }
did-start = { $number } 开始办理
did-miss = { $number } 已弃号，可在“过号”中再次呼叫
did-park = { $number } 已挂起，可随时回呼
did-finish = { $number } 已办结
did-return = { $number } 已退回队伍原位
did-transfer = { $number } 已转移

## 旁栏

side = 等候情况
waiting-for-me = 等候本窗口
longest-wait = 最长等候
next = 下一位
nobody-next = 暂时无人等候
parked = 挂起
nothing-parked = 没有挂起的号
resume-it = 回呼
missed = 过号
nothing-missed = 今天没有过号
call-again = 再呼
by-number = 按号呼叫
by-number-do = 呼叫
by-number-hint = 请输入票号，例如 A012
my-services = 本窗口事项
service = 事项
waiting = 等候
longest = 最长

## 对话框

miss-title = { $number } 没有来？
miss-text = 已呼叫 { $calls } 次。弃号后屏幕不再显示，来人可从“过号”再呼。
miss-do = 弃号
pause-title = 暂停服务
pause-short = 短暂离开
pause-water = 喝水、如厕
pause-consult = 业务会商
pause-fault = 设备故障
pause-meal = 用餐
return-title = 把 { $number } 退回队伍
return-mistake = 叫错了
return-papers = 材料没带齐，稍后再来
return-wrong-window = 不归本窗口办理
own-reason = 其他原因
own-reason-hint = 请先写明原因
resume-title = 回呼哪一个号？
leave-title = 关窗离岗
leave-text = 将关闭本窗口、让出座位并退出登录。
leave-busy = { $number } 还没有办完，请先办结或转移。
leave-do = 关窗并退出
leave-desk = 关窗离岗
transfer-title = 把 { $number } 转到…
transfer-service = 其他事项
transfer-service-hint = 名称或拼音首字母
transfer-window = 指定窗口
transfer-window-hint = 窗口号或区域
transfer-text = { $number } 将转到“{ $to }”，保留已等候的时间。
transfer-back = 重新选择
transfer-closed = 那个窗口没有开放，请另选。
transfer-do = 确认转移
choice-queue = 等候 { $waiting } 人 · 开 { $open } 窗
nothing-found = 没有找到
keys-edit = 按键设置
keys-title = 按键设置
keys-layout = 按键布局
keys-functions = 功能键 F1–F10
keys-numpad = 数字小键盘
keys-own = 自定义
keys-hint = 点一下按键再按新键即可更改，本机记住。空格和回车始终是主键。
keys-press = 请按键…
keys-change = 更改
keys-done = 完成
remind-me = 有人等候时桌面提醒

## 座位

seat-taken-title = { $window }号窗口已有人在岗
seat-taken-text = { $name }，{ $time } 起。若由您接替，对方页面会立即收到提示，不能再操作。
seat-lost-title = { $window }号窗口已由他人接替
seat-lost-text = { $name } 于 { $time } 接替了本窗口。您在这里不能再操作。
seat-ended-title = 您已离开{ $window }号窗口
seat-ended-text = 座位已让出。要继续工作，请重新上岗。
seat-refused-title = 不能在{ $window }号窗口上岗
seat-take-over = 接替上岗
seat-take = 重新上岗
seat-own-window = 到我的窗口
