# 演示设备页

demo-title = 演示设备
demo-text = 放卡、看票、拔插头：每台设备都是虚拟的，走的是真实的字节
to-doorway = 回到入口
bridge-down = 设备桥没有运行：启动后这里出现读卡器、打印机和条屏。

programs = 程序
program-running = 运行中
program-down = 已停止

reader = 读卡器 { $name }
reader-choice = 选择读卡器
card-fault = 放卡时的故障
fault-none = 正常放卡
fault-taken-away = 读到一半拿走
fault-taken-away-silent = 拿走且读卡器不作声
fault-bad-checksum = 校验错误
fault-split = 数据分段
fault-garbage = 夹杂乱码
fault-slow = 读得很慢
fault-not-trusted = 互不认证
fault-unknown-card = 不是身份证
card-lies = { $name } 的卡在读卡器上
card-none = 读卡器上没有卡：点一张放上去
card-lay = 放上
card-take = 拿走

printers = 打印机
printer = 打印机 { $name }
printed = 已打 { $count } 张
paper = 纸
paper-ok = 纸充足
paper-near-end = 纸将用完
paper-out = 缺纸
plug-cover = 上盖
plug-power = 电源
plug-line = 数据线
plug-cutter = 切刀
plug-self-test = 自检
plug-clean = 线路干净
out-in-mid-ticket = 打到一半缺纸
hanging = 还挂在打印机里，没有切下
printer-faults = 有 { $count } 处字节打印机看不懂

papers = 打出的票
papers-hint = 最新在前，点击看大图
no-papers = 还没有票：放一张卡，在取号机上选事项。
paper-of = 打印机 { $name } 打出的票
paper-reprint = 补打
paper-void = 作废
paper-broken = 残缺
open-phone = 打开手机页
scan-paper = 拿到取号机 { $name } 的扫码口

sign = 条屏 { $name }
sign-alt = 条屏 { $name } 现在显示的内容
deck-resident = 居民身份证
deck-ends-in-x = 号码以 X 结尾
deck-elder-over-70 = 七十岁以上，长期有效
deck-expired = 已过期
deck-rare-character = 生僻字
deck-long-name = 长姓名
deck-elder-over-60 = 六十岁以上
deck-of-age-lately = 刚成年
deck-residence-permit = 港澳居民居住证
deck-foreigner-2017 = 外国人永久居留证（2017 版）
deck-foreigner-2023 = 外国人永久居留证（2023 版）
