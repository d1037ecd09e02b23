# 登录页

signin-title = 登录
signin-lead = 政务服务大厅排队叫号
signin-name = 用户名
signin-password = 密码
signin-do = 登录
signin-wrong = 用户名或密码不对，请重新输入。
signin-too-many = 尝试次数过多，请稍候再试。
signin-later = { $seconds } 秒后可再试
signin-continue = 继续
signin-other = 换一个人登录
signin-window = 您在几号窗口？
signin-window-hint = 请输入窗口号，例如 12
signin-to-window = 到窗口上岗
signin-foot = 忘记密码请联系大厅管理员
password-change = 这是首次登录，请设置自己的密码。
password-new = 新密码
password-again = 再输入一次新密码
password-rule = 至少 8 位，含大写、小写、数字、符号中的三种，不含用户名。
password-unfit = 新密码不符合要求，请换一个。
password-differs = 两次输入的新密码不一样。
password-expired = 首次登录的密码已过期，请联系大厅管理员。
