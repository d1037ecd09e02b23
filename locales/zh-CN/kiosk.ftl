# 取号机的触摸页 The touch page of a kiosk

kiosk-title = 自助取号

## 首屏

welcome = 请放身份证
welcome-detail = 把身份证平放在读卡区，不要移动
welcome-no-reader = 读卡器暂时不能使用
welcome-no-reader-detail = 请按“没带身份证”，或到导服台取号
card-reading = 正在读卡，请别拿走身份证
welcome-scan = 已有号票？把票上的二维码对准扫码口，可查排队进度
take-card-away = 请先拿走上一张证件，再放上您的身份证
key-no-card = 没带身份证
key-no-card-note = 不需要实名的事项
key-appointment = 预约取号
key-appointment-note = 已在网上预约

## 工具

tool-large = 大字版
tool-plain = 标准字
tool-language = English
tool-low = 低位操作
tool-high = 常规位置
tool-contrast = 高对比
tool-no-contrast = 常规颜色
tool-help = 人工帮助
back = 返回
finish = 完成
quit = 退出

## 证件

card-moved = 没有读到：请把身份证平放好，别移动
card-unknown-card = 这张卡读不出来：请放第二代居民身份证
card-not-trusted = 没有读到：请拿起身份证，重新放一次
card-garbled = 没有读到：请拿起身份证，重新放一次
person-last4 = 尾号 { $last4 }
person-expired = 证件已过有效期，仍可取号

## 扫码

code-looking = 正在查询…
code-done = 知道了
visit-waiting = 还在排队
visit-waiting-detail = 轮到您时，屏幕和广播会叫号
visit-called = 正在叫您
visit-called-detail = 请现在过去，窗口正在等您
visit-serving = 正在办理
visit-serving-detail = 请回到正在为您办理的窗口
visit-parked = 办理暂时中断
visit-parked-detail = 材料齐了请告诉窗口，不用重新取号
visit-done = 已办结
visit-done-detail = 谢谢您的配合
visit-missed = 已过号
visit-missed-detail = 请到这个窗口或导服台说明，可以再叫一次，不用重新取号
visit-left = 已取消排队
visit-left-detail = 这个号不会再被呼叫，需要时请重新取号
visit-window = 请到 { $window } 号窗口
visit-zone = 等候区域：{ $zone }
code-unreadable = 没有扫清楚
code-unreadable-detail = 请把二维码再对准扫码口，停一会儿
code-nothing = 这个码在这里用不上
code-nothing-detail = 这里能查本大厅今天号票上的二维码
code-no-visit = 找不到这个号
code-no-visit-detail = 号码只在取号当天有效。请重新取号，或到导服台询问
code-appointment = 这里还不能用预约码取号
code-appointment-detail = 请在这里取号，或带预约短信到导服台
code-not-connected = 这里还不能用电子卡码取号
code-not-connected-detail = 本大厅没有接通电子社保卡、医保码的查询。请放身份证，或到导服台取号
code-unknown = 这个电子卡码没有查到
code-unknown-detail = 请在手机上刷新后再扫，或放身份证
code-away = 现在查不到
code-away-detail = 与大厅系统的连接中断。请稍后再扫，或到导服台询问

## 选择事项

choose-service = 您要办理什么事项？
tab-often = 常办事项
tab-departments = 按部门
tab-search = 按拼音
in-department = { $name }
matters = { $count } 项
waiting-people = 等候 { $count } 人
nobody-waits = 无人等候
wait-about = 约 { $low }–{ $high } 分钟
wait-below = 约 { $high } 分钟内
wait-unknown = 时间暂不能估计
no-window-open = 暂无窗口受理
needs-card = 需身份证
open-hours = 服务时间 { $opens }–{ $closes }
page-of = { $page } / { $pages }
page-before = 上一页
page-after = 下一页
search-hint = 点事项名称每个字的拼音首字母，如“公司”点 G S
search-none = 没有找到：请删去一个字母，或换“按部门”
search-typed = 已输入 { $letters }
search-delete = 删除
search-clear = 清空

## 确认

confirm-title = 确认取号
confirm-where = 办理地点
confirm-waiting = 前面等候
confirm-wait = 预计等候
confirm-people = { $count } 人
take-number = 取号
take-offline = 正在恢复连接…
elder-title = 70 岁以上长者优先
elder-on-key = 使用优先
elder-off-key = 不用优先
place-zone = { $zone }区 { $name }
place-windows = { $windows } 号窗口
place-unknown = 请看大厅显示屏

## 取号中

issuing = 正在取号…
issuing-slow = 大厅系统响应较慢，请稍候
issuing-slow-detail = 收到号码后会立即打印。不想等，请按“不等了”
give-up = 不等了
printing = 正在打印号票…
your-number = 您的号码

## 完成

done = 请取走号票
done-card = 也别忘了拿走身份证
done-seconds = 完成（{ $seconds }）
done-restored = 取号机刚才重新启动，您的号码仍然有效
slip-ahead = 前面还有 { $count } 人
slip-next = 下一个就是您
reprint-mark = 补打

## 没有出票

asking = 您的号票出来了吗？
asking-detail = 打印机没有确认。您的号码有效
came-out-yes = 出来了
came-out-no = 没有出来
number-only = 请记住这个号码
number-only-detail = 号码有效。请到导服台补打号票
number-only-scan = 手机扫码，也能看排队进度
print-again = 现在补打
already = 您已取过这个事项的号
already-detail = 不用重新排队。号票不见了可以补打
reprint-key = 补打号票
choose-other = 办理别的事项

trouble-paper-out = 打印机缺纸
trouble-paper-near-end = 打印机快没纸了
trouble-cover-open = 打印机盖子开着
trouble-cutter = 切纸刀卡住
trouble-overheated = 打印机过热
trouble-fault = 打印机故障
trouble-off-line = 打印机暂停
trouble-no-answer = 打印机没有回应
trouble-restarted = 打印机重新启动过
trouble-refused = 打印机不能打印这张票
trouble-garbled = 打印机线路有干扰
trouble-loop-stuck = 打印机有故障
trouble-jammed = 打印机有故障
trouble-blocked = 打印机有故障
trouble-storage-full = 打印机有故障

## 没有号

sorry-service-closed = 现在不发号
sorry-service-closed-detail = 服务时间 { $opens }–{ $closes }
sorry-server-away = 没有取到号
sorry-server-away-detail = 与大厅系统的连接中断，没有发出号码。请到导服台取号
sorry-unknown-service = 这个事项刚刚停办
sorry-unknown-service-detail = 请选别的事项，或到导服台咨询
sorry-kiosk-trouble = 本机出了问题
sorry-kiosk-trouble-detail = 没有取号。请到导服台取号
sorry-refused = 没有取到号
sorry-refused-detail = 请到导服台，工作人员会帮您
sorry-not-reprinted = 没有补打成功
sorry-not-reprinted-detail = 原来的号码仍然有效。请到导服台补打
need-card = 这个事项需要身份证
need-card-detail = 请把身份证放在读卡区
need-card-other = 没带身份证？户口本、居住证、驾驶证、社保卡可到导服台取号

## 暂停

closed-starting = 正在启动
closed-starting-detail = 请稍候
closed-printer = 本机暂停服务
closed-printer-detail = 打印机暂时不能出票。请用旁边的取号机，或到导服台取号
closed-server = 暂时不能取号
closed-server-detail = 与大厅系统的连接中断，正在自动恢复。请到导服台取号
closed-hours = 现在不发号
closed-hours-detail = 服务时间 { $opens }–{ $closes }
closed-nearby = 最近的取号机：{ $place }
offline-banner = 与大厅系统的连接中断，正在自动恢复

## 帮助

help = 工作人员在导服台
help-detail = 请到大厅入口的导服台。行动不便、看不清、没带证件，都可以请他们帮忙
appointment = 预约取号
appointment-detail = 请带身份证和预约短信到导服台签到取号

## 还在吗

idle-title = 您还在吗？
idle-detail = { $seconds } 秒后清除本次操作
idle-stay = 继续
idle-end = 结束

lost-program = 取号机正在重新启动
lost-program-detail = 请稍候，已经取到的号码会再显示
