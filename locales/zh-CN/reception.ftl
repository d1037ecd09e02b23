# 导服台

reception-title = 导服台
why-offline = 与服务器的连接中断，暂时不能操作；恢复后自动可用。

## 取号

new-title = 无证取号
department = 部门
department-all = 全部部门
service = 事项
service-hint = 名称或拼音首字母
service-nothing = 没有找到这个事项
service-wait = 等候 { $waiting } 人 · { $eta }
class = 类别
reason = 优先原因（必填，随号留存）
reason-hint = 写明原因
reason-age = 60 岁以上
reason-card = 出示残疾人证
reason-seen = 现场确认
reason-papers = 出示证件
reason-booked = 已预约
reason-urgent = 紧急事项
reason-project = 重点项目
reason-leader = 值班领导同意
document = 证件号码（选填，隐藏输入，加密留存）
document-wanted = 证件号码（该事项需要，隐藏输入，加密留存）
document-hint = 输入后隐藏，提交即清除
printer = 打印位置
why-no-printer = 没有取号机在线，暂时不能打印。
printer-name = 取号机 { $name }
printer-none = 不打印，只给二维码
issue = 出号
why-no-service = 请先选择事项
why-no-reason = 请写明优先的原因
why-no-document = 该事项需要证件号码
did-issue = 已出号 { $number }
did-reprint = { $number } 正在 { $printer } 补打，票上标“补打”
did-leave = { $number } 已取消排队

## 查号

find-title = 我的号在哪里？
find-number = 票号
find-document = 或证件号码
find = 查找
found = 找到的号
found-nothing = 今天没有这个号，请核对。

## 号卡

card = { $number } 的号卡
card-qr = 手机扫码看进度
card-where = 到哪里办
card-windows = { $windows } 号窗口
card-windows-more = { $windows } 等 { $count } 个窗口
card-no-window = 暂无开放的窗口
list-comma = 、
card-ahead = 前面
card-wait = 预计等候
card-print = 纸票
card-close = 完成
print-none = 未打印
print-printing = 正在打印
print-printed = 已打印
print-failed = 打印失败，请补打
print-unknown = 打印结果不明，请核对后补打
reprint = 补打
leave = 取消排队
leave-title = 取消 { $number } 的排队？
leave-text = 取消后这个号不再被呼叫，需要时要重新取号。

## 排队情况

overview-title = 排队情况
waiting = 等候
longest = 最长
open-windows = 窗口
estimate = 预计
