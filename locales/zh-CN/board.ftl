# 显示屏与条屏

board-title = 叫号屏
board-product = 排号

## 屏上的字

board-zone = { $code } 区
board-now = 请到窗口办理
board-to-window = 号窗口
board-number = 号码
board-window = 窗口
board-again = 再次呼叫
board-serving = 办理中
board-latest = 叫号情况
board-waiting = 等候人数
board-waiting-all = 本区共 { $count } 人等候
board-nobody = 无人等候
board-no-window = 暂无窗口
board-no-calls = 请留意叫号
board-no-calls-detail = 叫到您的号码时，本屏显示并语音播报
board-open = 对外服务中
board-closed = 非服务时间

## 中断

board-stale = 数据中断 { $time }
board-stale-detail = 请留意窗口工作人员叫号，系统正在恢复
board-before = 中断前的叫号
board-connecting = 正在连接
board-connecting-detail = 请留意窗口工作人员叫号

## 声音与区域

board-sound = 点按此处开启语音播报
board-unknown = 没有“{ $code }”区
board-choose = 请选择区域

## 人群（屏上位置有限）

class-pregnant = 孕妇
class-green = 绿色通道

## 条屏（LED）

sign-call = { $number } 请到{ $window }号窗口
sign-call-short = { $number }→{ $window }号
sign-serving = { $number } 办理中
sign-welcome = 欢迎光临
sign-paused = 暂离
sign-closed = 暂停服务
sign-stale = 数据中断

## 停车场条屏

sign-lot-free = 余位 { $free }
sign-lot-about = 约 { $free }
sign-lot-some = 有位
sign-lot-full = 车位已满
sign-lot-closed = 停车场关闭
sign-lot-unknown = --
sign-lot-divert = 请往{ $lot }
sign-bays-ordinary = 普通
sign-bays-disabled = 无障碍
sign-bays-charging = 充电
sign-bays-visitor = 预约
sign-bays-staff = 职工
