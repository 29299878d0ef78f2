using System.Text;

namespace Gabbro.Search.Benchmarks.Ratios;

/// <summary>Texts to search, made from a fixed seed: words by Zipf's law, the most common ones as in the language.</summary>
internal static class Corpora
{
    private const string EnglishWords =
        "the of and to in a is that it was for on are as with his they at be this from have or by one had not but what all were when we there can an your which their said if do will each about how up out them then she many some so these would other into has more her two like him see time could no make than first been its who now people my made over did down only way find use may water long little very after words called just where most know get through back much before go good new write our used me man too any day same right look think also around another came come work three word must because does part even place well such here take why things help put years different away again off went old number great tell men say small every found still between name should Mr home big give air line set own under read last never us left end along while might next sound below saw something thought both few those always looked show large often together asked house world going want school important until form food keep children feet land side without boy once animals life enough took sometimes four head above kind began almost live page got earth need far hand high year mother light parts country father let night following picture being study second eyes soon times story boys since white days ever paper hard near sentence better best across during today others however sure means knew it's try told young miles sun ways thing whole hear example heard several change answer room sea against top turned learn point city play toward five using himself usually";

    private const string RussianWords =
        "и в не на я быть он с что а по это она этот к но они мы весь который из у то за свой весь год от так о для ты же все тот мочь вы человек такой его сказать только или ещё бы себя один как уже до время если сам когда другой вот говорить наш мой знать стать при чтобы дело жизнь кто первый очень два день её новый рука даже во со раз где там под можно ну какой после их работа без самый потом надо хотеть ли слово идти большой должен место иметь ничто сейчас тут лицо каждый друг нет теперь ни глаз тоже тогда видеть вопрос через да здесь дом да потому сторона какой думать сделать страна жить чем мир об последний случай голова более делать что-то смотреть ребенок просто конечно сила российский конец перед несколько вид система всегда работать между три пойти часть спросить город дать также никто понять получить отношение лишь второй именно ваш хотя ни сидеть над женщина оказаться русский один взять прийти являться деньги почему вдруг любить стоить почти земля общий ведь машина однако сразу хорошо вода отец высокий остаться выйти много проблема начать хороший час это сегодня право";

    private const string ChineseWords =
        "的 一 是 不 了 在 人 有 我 他 这 个 们 中 来 上 大 为 和 国 地 到 以 说 时 要 就 出 会 可 也 你 对 生 能 而 子 那 得 于 着 下 自 之 年 过 发 后 作 里 用 道 行 所 然 家 种 事 成 方 多 经 么 去 法 学 如 都 同 现 当 没 动 面 起 看 定 天 分 还 进 好 小 部 其 些 主 样 理 心 她 本 前 开 但 因 只 从 想 实 日 军 者 意 无 力 它 与 长 把 机 十 民 第 公 此 已 工 使 情 明 性 知 全 三 又 关 点 正 业 外 将 两 高 间 由 问 很 最 重 并 物 手 应 战 向 头 文 体 政 美 相 见 被 利 什 二 等 产 或 新 己 制 身 果 加 西 斯 月 话 合 回 特 代 内 信 表 化 老 给 世 位 次 度 门 任 常 先 海 通 教 儿 原 东 声 提 立 及 比 员 解 水 名 真 论 处 走 义 各 入 几 口 认 条 平 系 气 题 活 尔 更 别 打 女 变 四 神 总 何 电 数 安 少 报 才 结 反 受 目 太 量 再 感 建 务 做 接 必 场 件 计 管 期 市 直 德 资 命 山 金 指 克 许 统 区 保 至 队 形 社 便 空 决 治 展 马 科 司 五 基 眼 书 非 则 听 白 却 界 达 光 放 强 即 像 难 且 权 思 王 象 完 设 式 色 路 记 南 品 住 告 类 求 据 程 北 边 死 张 该 交 规 万 取 拉 格 望 觉 术 领 共 确 传 师 观 清 今 切 院 让 识 候 带 导 争 运";

    internal static byte[] English(int size) => Zipf(EnglishWords.Split(' '), " ", size, 1);

    internal static byte[] Russian(int size) => Zipf(RussianWords.Split(' '), " ", size, 2);

    internal static byte[] Chinese(int size) => Zipf(ChineseWords.Split(' '), "", size, 3);

    internal static byte[] Dna(int size)
    {
        Random random = new(4);
        byte[] text = new byte[size];
        foreach (ref byte b in text.AsSpan()) b = (byte)"acgt"[random.Next(4)];
        return text;
    }

    internal static byte[] Filled(string unit, int size)
    {
        byte[] text = new byte[size];
        for (int i = 0; i < size; i++) text[i] = (byte)unit[i % unit.Length];
        return text;
    }

    internal static string[] Words(string language) => language switch
    {
        "english" => EnglishWords.Split(' '),
        "russian" => RussianWords.Split(' '),
        _ => ChineseWords.Split(' '),
    };

    private static byte[] Zipf(string[] words, string gap, int size, int seed)
    {
        Random random = new(seed);
        double[] cumulative = new double[words.Length];
        double total = 0;
        for (int i = 0; i < words.Length; i++) cumulative[i] = total += 1.0 / (i + 2);
        StringBuilder text = new(size);
        int bytes = 0, sentence = 0, line = 0;
        while (bytes < size + 8)
        {
            int at = Array.BinarySearch(cumulative, random.NextDouble() * total);
            string word = words[at < 0 ? int.Min(~at, words.Length - 1) : at];
            if (sentence == 0) word = char.ToUpperInvariant(word[0]) + word[1..];
            string end = gap;
            if (++sentence > 4 && random.Next(12) == 0)
            {
                end = gap.Length > 0 ? ". " : "。";
                sentence = 0;
            }
            line += word.Length + 1;
            if (line > 70 && gap.Length > 0 || line > 120)
            {
                end = "\n";
                line = 0;
            }
            text.Append(word).Append(end);
            bytes += Encoding.UTF8.GetByteCount(word) + Encoding.UTF8.GetByteCount(end);
        }
        byte[] all = Encoding.UTF8.GetBytes(text.ToString());
        int cut = size;
        while ((all[cut] & 0xC0) == 0x80) cut--;
        Array.Resize(ref all, cut);
        return all;
    }
}
