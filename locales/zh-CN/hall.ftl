# 大厅实况页

page-title = 大厅实况
skip-to-queues = 跳到排队情况

## 页首

hall-clock = 大厅时间

## 数字

figures = 大厅概况
figure-waiting = 正在等候
figure-longest = 最长等候
figure-issued = 今日取号
figure-served = 今日已办
figure-left = 中途离开
figure-windows = 窗口
unit-tickets = 张
unit-cases = 件
windows-total = 共 { $count } 个
no-one-waits = 无人等候

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
