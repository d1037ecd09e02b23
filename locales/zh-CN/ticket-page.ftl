# 编辑号票样式的页面 The page on which the template of tickets is written

template-title = 号票样式
template-back = ← 大厅管理
template-general = 整张号票
template-header = 抬头（留空则用大厅名称）
template-notice = 本厅告知
template-in-chinese = { $what }：中文
template-in-english = { $what }：英文
template-languages = 语言
template-languages-zh-en = 先中文后英文
template-languages-en-zh = 先英文后中文
template-languages-zh = 仅中文
template-languages-en = 仅英文
template-date = 日期
template-date-iso = 2026-11-23
template-date-chinese = 2026年11月23日
template-date-day-first = 23/11/2026
template-papers = 本厅用纸
template-paper = { $mm } mm · { $columns } 列
template-lines = 从上到下
template-add-part = 增加部件
template-add = 加到末尾
template-again = 重新开始
template-of-line = 第 { $line } 行“{ $part }”：{ $what }
template-up = 上移
template-down = 下移
template-remove = 去掉
template-text = 文字
template-feed = 空行
template-feeds = 空 { $count } 行
template-size = 字号
template-size-own = 默认字号
template-sizes = { $size } 倍字
template-align = 对齐
template-align-own = 默认对齐
template-align-left = 居左
template-align-center = 居中
template-align-right = 居右
template-bold = 粗细
template-bold-own = 默认粗细
template-bold-yes = 加粗
template-bold-no = 不加粗
template-preview = 本厅最宽的一张号票，按打印效果显示
template-all-fits = 每段文字都在一行之内。
template-notes = 放不下的地方
template-code = 访客页面二维码
template-refused = 大厅文件若用此样式将被拒绝。
template-file = 如何生效
template-not-in-force = 此页所写不会保存，也不会直接生效：请用下面这一节替换大厅文件中的 [ticket]，检查后再导入，取号机会立即采用。
template-commands = paihao hall check HALL.toml
    paihao hall import --data DIR HALL.toml
template-copy = 复制这一节
template-show = 显示这一节
template-copied = 已复制
template-not-copied = 无法复制：请展开下面的内容手工复制。

## 部件

part-header = 抬头
part-reprint = 补打标记
part-your-number = “您的号码”
part-number = 号码
part-service = 事项
part-class = 优先类别
part-place = 区域与窗口
part-ahead = 前面人数
part-wait = 预计等候
part-qr = 二维码
part-notice = 本厅告知
part-missed-rule = 过号说明
part-time = 取号时间
part-valid-today = 当日有效
part-text = 自定文字
part-rule = 横线
part-feed = 空行

## 放不下的地方

note-wrapped = 需要 { $rows } 行，第一行到“{ $at }”为止
note-parted = 需要 { $rows } 行，且有单词被拆开；第一行到“{ $at }”为止
note-shrunk = { $at } 改用 { $rows } 倍字打印，再大就放不下
note-qr-too-long = 不打印：地址太长，二维码放不下
note-too-long = 放不下：打印机最多 { $rows } 行

## 拒绝的原因

refusal-lines = 号票须有 1 至 40 个部件。
refusal-number-once = 号码必须有且只有一个。
refusal-qr-once = 二维码最多一个。
refusal-languages = 请选择语言。
refusal-columns = 请选择本厅用纸。
refusal-text = 中英文都要有，各 1 至 120 个字。
refusal-text-of = 自定文字还没有写。
refusal-no-notice = 告知内容还没有写。
refusal-notice-unused = 写了告知，却没有部件打印它：请增加“本厅告知”。
refusal-size = 字号为 1 至 8。
refusal-unstyled = 这个部件不能设字号、对齐和粗细。
refusal-feed = 空行为 1 至 10 行。
refusal-number-wide = 这个字号下号码比纸还宽。
