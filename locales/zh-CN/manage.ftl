# 大厅管理

manage-title = 大厅管理
to-parking = 停车场
to-template = 号票样式
figures = 大厅概况

## 数字

figure-waiting = 正在等候
figure-longest = 最长等候
figure-open = 开放窗口
figure-wait = 95% 的人等候不超过
figure-left = 今日已办
figure-parking = 空余车位
figure-devices = 异常设备
unit-windows = / { $all } 个
unit-served = 件
unit-bays = / { $all } 个
unit-devices = / { $all } 台
note-per-window = 每个开放窗口 { $count } 人
note-windows = 办理 { $busy } · 空闲 { $idle } · 暂停 { $paused }
note-mean = 平均 { $mean } · 近 30 分钟 { $count } 人
note-left = 离开 { $left }（{ $percent }%）· 取号 { $issued }
note-95 = 95% 的人不超过 { $wait }
note-lots = { $count } 个停车场
note-lot-full = { $count ->
    [1] { $lot }已满
   *[other] { $lot }等 { $count } 处已满
}
note-lot-soon = { $lot }约 { $time } 满
note-device = { $name } 需要处理
nobody-waits = 无人等候
nobody-called = 近 30 分钟没有呼叫
devices-well = 全部正常
devices-unknown = 设备状态未知
level-good = 正常
level-watch = 留意
level-act = 处理
trend = { $minutes } 分钟 { $change }

limits-waiting = 每个开放窗口平均等候 { $watch } 人起留意，{ $act } 人起处理。
limits-longest = 最长等候 { $watch } 分钟起留意，{ $act } 分钟起处理。
limits-open = 暂停窗口占 { $watch }% 起留意，{ $act }% 起处理；有人等候而没有窗口的事项立即处理。
limits-wait = 95% 的人等候 { $watch } 分钟起留意，{ $act } 分钟起处理。只计近 30 分钟的首次呼叫。
limits-left = 中途离开占取号 { $watch }% 起留意，{ $act }% 起处理。
limits-parking = 普通车位占用 { $watch }% 起留意，{ $act }% 起处理；数字不可靠时也请留意。
limits-devices = 还能用但有问题的留意，失联的马上处理。

## 表

zones = 区域
zones-all = 全部区域
zone = 区域
services = 等候最久的事项
services-of = { $zone }：等候最久的事项
service = 事项
waiting = 等候
longest = 最长
windows-open = 开放窗口
estimate = 预计

## 来人预测

crowd-title = 来人预测
crowd-open = 再开 { $windows } 个窗口，{ $time } 前
crowd-pause = 可以暂停 { $windows } 个窗口，{ $time } 起
crowd-enough = 窗口够用
crowd-unknown = 还不知道
crowd-unknown-why = 有了一天的记录才能预测，在此之前不作建议。
crowd-open-why = 每 5 分钟最多来 { $peak } 人，现在开的 { $open } 个窗口能办 { $can } 人；不增开，40 分钟后约有 { $waiting } 人等候。
crowd-pause-why = 每 5 分钟最多来 { $peak } 人，现在开的 { $open } 个窗口能办 { $can } 人；40 分钟后约有 { $waiting } 人等候。
crowd-enough-why = 现在开 { $open } 个窗口，{ $waiting } 人等候，40 分钟后约 { $later } 人；一刻钟内都能叫到。
crowd-cars = 近 15 分钟进车 { $cars } 辆，往常多少还不知道
crowd-cars-usual = 近 15 分钟进车 { $cars } 辆，往常 { $usual } 辆
crowd-expected = 每 5 分钟来人
crowd-interval = 十次有八次在
crowd-can-serve = 窗口能办
crowd-waiting = 届时等候
crowd-caption = 今后 40 分钟每 5 分钟的来人与窗口
as-figures = 看数字

## 停车场

lot-off-by = 误差
lot-soon = 预计
lot-full-at = 约 { $time } 满

## 明细

advice-open = 还有 { $closed } 个能办此事项的窗口未开：开一个可缩短这 { $waiting } 人的等候。
advice-none = 没有开放的窗口：{ $waiting } 人在等。能办此事项的 { $closed } 个窗口都未开，请开一个。
advice-unserved = { $count } 个事项有人等候而没有开放的窗口，请开窗。
issued-today = 今日取号
served-today = 今日已办
left-today = 中途离开
no-windows = 没有这样的窗口
device-printer = 打印机
device-reader = 读卡器
device-sign = 条屏
device-scanner = 扫码器
device-pads = 呼叫器
device-lane = 车道
device-gate = 道闸
device-lamp = 指示灯
device-camera = 车牌相机
device-speaker = 扬声器
device-kiosk = 取号机
device-board = 大屏
device-state-ready = 正常
device-state-degraded = 需处理
device-state-gone = 失联
trouble-paper-near-end = 纸将用完
trouble-paper-out = 缺纸
trouble-cover-open = 上盖未关
trouble-cutter = 切刀故障
trouble-overheated = 过热
trouble-fault = 设备故障
trouble-off-line = 脱机
trouble-no-answer = 没有应答
trouble-restarted = 曾重启
trouble-refused = 拒绝执行
trouble-garbled = 线路有干扰
trouble-loop-stuck = 地感线圈一直有车
trouble-jammed = 没有动作到位
trouble-blocked = 有障碍物
trouble-storage-full = 存储已满
advice-paper-near-end = 请备好新纸卷，余纸还可打印数米。
advice-paper-out = 请装入新纸卷并合上上盖；设备会自行恢复，不会补出旧票。
advice-cover-open = 请合紧上盖，听到卡扣声；设备会自行恢复。
advice-cutter = 请开盖取出切刀处的纸再合上；仍不恢复则关机再开机。
advice-overheated = 请勿操作，冷却后自行恢复；若常发生，请在周围留出散热空间。
advice-fault = 请关机，等十秒后再开机；仍不恢复请报修。
advice-off-line = 请确认无人按住走纸键、面板显示“联机”；仍不恢复则关机再开机。
advice-no-answer = 请检查电源和线缆；网络设备不得被其他电脑占用。
advice-restarted = 设备曾瞬间断电，请检查插头，并询问正在取号的群众是否拿到号票。
advice-refused = 所发内容无法显示或打印，请告知负责设置的人员。
advice-garbled = 请检查线缆、插头和设置中的波特率。
advice-loop-stuck = 请看线圈上是否停有车辆；没有则将检测器关机再开机。
advice-jammed = 请看道闸被什么卡住；有车等候时先手动抬杆。
advice-blocked = 请清开道闸处的障碍物，并检查防砸传感器。
advice-storage-full = 请清理本机磁盘空间；此时断电会丢失待上传的数据。
