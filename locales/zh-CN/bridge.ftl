# 技术员在 paihao-bridge check、probe 与 fault 中看到的文字。

check-title = 设备检查 { $at }
check-settings-good = 设置文件 { $file } 正确：共 { $count } 台设备
check-no-bridge = 设备程序在 { $socket } 没有应答：{ $why }
check-no-bridge-do = 启动：systemctl start paihao-bridge；查看日志：journalctl -u paihao-bridge
check-passed = 通过
check-failed = 失败
check-watch = 注意
check-skipped = 跳过
check-sum = 共 { $all } 项，通过 { $passed } 项
check-since = 自 { $since }
test-ticket = 试打小票
test-ticket-detail = 字迹清楚、有切纸声、二维码可以扫描，则打印机正常。
test-print = 打印试打小票
test-sign = 显示测试文字
test-sign-text = 测试 { $number }
test-card = 请将证件放在读卡器 { $name } 上不要移动（{ $seconds } 秒）
test-card-read = 读取证件
test-nobody = { $seconds } 秒内没有收到

kind-printer = 打印机
kind-reader = 读卡器
kind-sign = 显示屏
kind-scanner = 扫码器
kind-pads = 呼叫器
kind-lane = 车道
kind-gate = 道闸
kind-lamp = 指示灯
kind-camera = 车牌相机
kind-speaker = 扬声器
kind-kiosk = 取号机
kind-board = 公告屏

state-ready = 正常
state-degraded = 有故障
state-gone = 无应答

do-paper-near-end = 纸还剩几米：请备好纸卷
do-paper-out = 请换纸卷；换好后自动恢复，不会补打旧票
do-cover-open = 请合上上盖，直到听到咔哒声
do-cutter = 关机，取出切刀处的纸，再开机
do-overheated = 请稍候，冷却后自动恢复
do-fault = 请关机再开机；仍不行请报修
do-off-line = 请按打印机的走纸键或联机键
do-no-answer = 检查电源、线缆、端口名称与波特率、用户组（dialout、lp）
do-restarted = 设备曾断电重启：请检查供电
do-refused = 内容无法显示：请查看日志
do-garbled = 线路有干扰：换短线或屏蔽线，检查终端电阻、波特率、地址是否重复
do-loop-stuck = 查看车道，再检查地感检测器及接线
do-jammed = 查看被什么卡住，再检查限位触点和驱动
do-blocked = 清除道闸下的障碍，再检查安全输入
do-storage-full = 清理本机磁盘空间：待上传的数据只在内存中

probe-title = 本机端口
probe-none = 没有找到端口
probe-silent = 没有应答
probe-busy = 被其他程序占用
probe-failed = 无法打开：{ $why }
probe-answers = 应答为 { $model } { $detail }
probe-setting = 设置：{ $setting }
probe-not-asked = 未询问

fault-done = { $name }：{ $fault }
fault-list = { $kind } 的故障：{ $faults }
fault-mended = { $name }：已恢复正常
