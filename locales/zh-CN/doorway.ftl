# 入口页

doorway-lead = 排队叫号
demo-lead = 演示大厅：从这里进入每一个页面
part-visitors = 办事群众看到的
part-staff = 工作人员用的
door-kiosk = 自助取号机
door-kiosk-text = 放上身份证，选事项，取号
door-board = 叫号大屏
door-board-text = 按区域显示并播报
door-phone = 手机查看
door-phone-text = 最近一张票的手机页
door-phone-none = 取一张号之后，这里进入它的手机页
door-hall = 大厅实况
door-hall-text = 全部窗口和排队一屏看
door-desk = 12 号窗口
door-desk-text = 窗口人员叫号，一个键
door-reception = 导服台
door-reception-text = 无证取号、补打、查号
door-manage = 大厅管理
door-manage-text = 首要数字、区域与最久等候
door-demo = 演示设备
door-demo-text = 放卡、看票、拔插头
door-signin = 工作人员登录
door-signin-text = 窗口、导服台、大厅管理
enter-as = 以 { $name } 身份进入
one-person = 一个浏览器同时只有一个人登录；要并排看几种身份，请用无痕窗口。
passwords = 演示用户与密码
