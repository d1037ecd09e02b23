# 号票上的字 What stands on a ticket

your-number = 您的号码
reprint-mark = 补打
reprint-note = 第 { $copy } 次补打 { $time }
place-zone = { $zone }区 { $name }
place-windows = { $windows } 号窗口
ahead = 前面等待 { $count } 人
wait-interval = 预计等候 { $low }–{ $high } 分钟
wait-below = 预计等候不到 { $high } 分钟
wait-unknown = 等候时间暂时无法估计
class-appointment = 预约
class-elder = 优先：70 岁以上
class-disabled = 优先：残障人士
class-pregnant = 优先：孕妇
class-soldier = 优先：军人
class-green = 绿色通道
issued = 取号 { $date } { $time }
scan = 扫码查看排队进度
missed-rule = 请留意叫号。过号请到导服台，当日可重新排入。
valid-today = 本号当日有效
elder-reason = 身份证年龄满 70 岁
