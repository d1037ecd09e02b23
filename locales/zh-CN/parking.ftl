# 停车场

parking-title = 停车场
to-manage = 大厅管理
why-offline = 连接中断，暂时不能操作
list-comma = 、
looking = 正在读取…
no-lots = 本厅没有设置停车场。停车场写在大厅设置的 [[lots]] 中。
actions = 操作
done = 好
never = 从未

## 停车场一览

lots-title = 停车场空位
doubts-count = { $count } 处存疑

## 一个停车场

count-do = 人工清点
close-lot = 关闭停车场
open-lot = 开放停车场
close-short = 关闭
open-short = 开放
sign-says = 条屏显示
sign-divert = 请往{ $lot }
by-count = 计数在场
off-by = 可能误差
corrected = 上次清点
inside = 按车牌在场
stay = 平均停放
soon = 预计
soon-full-at = 约 { $time } 满

## 存疑

doubts = 数字存疑的原因
doubt-none = 没有存疑，数字可以相信。
doubt-never-counted = 从未清点，条屏不显示数字。请清点一次。
doubt-below-nothing = 计数低于零：有车进来没有计到。请清点。
doubt-above-capacity = 计数超过车位数：有车离开没有计到，或停在车位以外。请清点。
doubt-blind = { $lane }自 { $since } 起看不见车辆，此后经过的车没有计入。请检查设备，恢复后清点。
doubt-silent = { $lane }自 { $since } 起没有车辆，往常应有约 { $vehicles } 辆。请到现场看一眼。
doubt-silent-over = { $lane } { $since } 至 { $until } 没有车辆，可能漏计约 { $vehicles } 辆。
doubt-passages = 上次清点后经过 { $vehicles } 辆次，其中 { $doubtful } 辆次设备没有把握。

## 车位

counts = 车位
bays = 车位
short-ordinary = 普通
short-disabled = 无障碍
short-charging = 充电
short-visitor = 预约
short-staff = 职工
is-said = 对外显示
count-short = 清点
why-lot-closed = 先开放停车场

## 车道

lanes = 车道
lane = 车道
lane-seen = 最近过车
lane-sources = 来源
lane-in = 今日进
lane-out = 今日出
lane-doubtful = 没把握
lane-closed = 已关闭
lane-blind = { $time } 起看不见
direction-in = 入口
direction-out = 出口
direction-both = 双向
source-loops = 线圈
source-camera = 摄像机
source-gate = 道闸
source-http = 其他

## 清点

count-title = 人工清点
count-what = 清点了什么
count-all = 全部车辆
count-all-means = 场内所有的车。不在专用车位上的，都算普通车位。
count-number = 现在停着几辆
count-hint = 计数为 { $occupied } 辆，共 { $capacity } 个车位
count-reason = 原因
count-save = 保存
count-done = 已记下：{ $name }
reason-round = 巡查清点
reason-wrong = 与现场不符
reason-fault = 设备故障后
reason-start = 开始计数
reason-night = 日终
why-number = 请填写数字，如 128
fault-most = 至多 { $most } 辆
fault-fewer = 专用车位上已有 { $others } 辆，全部车辆不会更少；请先清点专用车位
why-reason = 请选一个原因
off-none = 计数与现场一致。
off-more = 现场比计数多 { $count } 辆，已更正。
off-fewer = 现场比计数少 { $count } 辆，已更正。
off-within = 在预计的误差 ± { $bound } 之内。
off-over = 超出预计的误差 ± { $bound }：请检查车道设备。

## 开放与关闭

close-title = 关闭{ $name }？
open-title = 开放{ $name }？
close-means-lot = 条屏、大屏、取号机和手机立即显示“关闭”，条屏引导去别的停车场。进出的车照常计数。
close-means-level = 该层显示“关闭”，它的车位不再算作空位。进出的车照常计数。
close-means-lane = 车道标为关闭，没有车经过也不算异常。条屏上的空位不变；若有车经过，照常计数。
open-means-lot = 条屏、大屏、取号机和手机重新显示空位。
open-means-level = 该层重新显示空位，它的车位又算作空位。
open-means-lane = 车道标为开放；长时间没有车经过时会提醒。
did-close = 已关闭{ $name }
did-open = 已开放{ $name }

## 更正记录

corrections = 更正记录
corrections-none = 还没有更正过。
correction-at = 时间
correction-counted = 清点
correction-off = 偏差
correction-first = 首次
correction-bound = 预计误差
correction-reason = 原因
correction-by = 经手
by-itself = 自动
sizes = { $count } 次更正，最大偏差 { $largest } 辆，{ $over } 次超出预计

## 找车

find-car = 我的车在哪
find-plate = 车牌号
find-do = 查找
find-hint = 车牌只用于这次查找，不保存；结果一分钟后自动消失。
found-car = 在{ $lot }，{ $time } 进场。
found-none = 没有找到：可能没有识别到车牌，或车已离场。
found-forget = 清除结果
