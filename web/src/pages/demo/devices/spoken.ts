/** What a speaker said, as people would write it: its player is given syllables in pinyin, of a closed vocabulary. */

const WRITTEN: Record<string, string> = {
  qing3: "请",
  hao4: "号",
  dao4: "到",
  chuang1: "窗",
  kou3: "口",
  ban4: "办",
  li3: "理",
  ling2: "零",
  yi1: "一",
  yao1: "幺",
  er4: "二",
  san1: "三",
  si4: "四",
  wu3: "五",
  liu4: "六",
  qi1: "七",
  ba1: "八",
  jiu3: "九",
  shi2: "十",
  bai3: "百",
  qian1: "千",
};

/** The sentences, each once and how often it was said. What is not in the vocabulary stays as it is. */
export function written(text: string): { sentence: string; times: number }[] {
  const said: { sentence: string; times: number }[] = [];
  for (const words of text.split(" / ")) {
    const sentence = inCharacters(words.split(" "));
    const before = said.find((other) => other.sentence === sentence);
    if (before) before.times += 1;
    else said.push({ sentence, times: 1 });
  }
  return said;
}

function inCharacters(words: string[]): string {
  // English words keep the blanks between them.
  const chinese = words.some((word) => word in WRITTEN);
  return words.map((word) => WRITTEN[word] ?? word).join(chinese ? "" : " ");
}
