// When a question is asked, in words: said on the question, and put together from its parts.

import { DeleteOutlined } from '@ant-design/icons';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { NumberInput } from '../house/NumberInput.tsx';
import {
  about,
  type Claim,
  type Claims,
  type Condition,
  claim,
  claimsOf,
  conditionOf,
  type How,
  howOf,
  howsFor,
  type Question,
  say,
} from './form.ts';

const short = (text: string) => (text.length > 24 ? `${text.slice(0, 24)}…` : text);

/** Says a condition as somebody would. */
export function useConditionWords(questions: Question[]): (it: Condition) => string {
  const { t } = useTranslation('collect');
  const name = (key: string) => {
    const at = questions.findIndex((it) => it.key === key);
    return at < 0 ? key : t('cond.name', { n: at + 1, text: short(say(questions[at]?.text)) });
  };
  const one = (it: Claim): string => {
    const question = questions.find((other) => other.key === about(it));
    const how = howOf(it, question);
    const said = name(about(it));
    if ('chosen' in it) {
      const options = question?.type === 'single' || question?.type === 'multiple' ? question.options : [];
      const chosen = it.chosen.any_of.map((key) => say(options.find((option) => option.key === key)?.text) || key);
      return t('cond.said_chosen', { name: said, options: chosen.join(t('comma')) });
    }
    if ('answered' in it) return t('cond.said_answered', { name: said });
    const row = question?.type === 'matrix' && question.rows.find((other) => other.key === it.value.row);
    const of = row ? t('cond.row', { name: said, row: say(row.text) }) : said;
    return t(`cond.said_${how}`, { name: of, low: it.value.at_least ?? '', high: it.value.at_most ?? '' });
  };
  const words = (it: Condition): string => {
    if ('not' in it) return t('cond.not', { it: words(it.not) });
    if ('all' in it) return it.all.map(words).join(t('cond.and'));
    if ('any' in it) return it.any.map(words).join(t('cond.or'));
    return one(it);
  };
  return words;
}

type Props = {
  value: Condition | null | undefined;
  /** The questions before this one, which it may ask about. */
  earlier: Question[];
  may: boolean;
  set: (to: Condition | null) => void;
};

export function Conditions({ value, earlier, may, set }: Props) {
  const { t } = useTranslation('collect');
  const words = useConditionWords(earlier);
  const list = claimsOf(value);
  const [first] = earlier;
  if (!may || !list) {
    return (
      <div className="conditions">
        <p>{value ? t('cond.shown_if', { condition: words(value) }) : t('cond.always')}</p>
        {may && (
          <button type="button" className="text-button" onClick={() => set(null)}>
            {t('cond.clear')}
          </button>
        )}
      </div>
    );
  }
  const put = (to: Claims) => set(conditionOf(to));
  const begin = () => {
    // Nine of ten conditions are about the first thing that was rated.
    const asked = earlier.find((it) => howsFor(it)[0] === 'at_most') ?? first;
    const how = asked && howsFor(asked)[0];
    if (asked && how) put({ ...list, claims: [...list.claims, claim(asked, how)] });
  };
  if (!first) return <p className="quiet">{t('cond.first')}</p>;
  return (
    <div className="conditions">
      <p>{list.claims.length === 0 ? t('cond.always') : t('cond.only_when')}</p>
      {list.claims.length > 1 && (
        <Select
          aria-label={t('cond.join')}
          value={list.join}
          onChange={(join) => put({ ...list, join })}
          options={(['all', 'any'] as const).map((it) => ({ value: it, label: t(`cond.join_${it}`) }))}
        />
      )}
      {list.claims.map((it, at) => (
        <ClaimLine
          // biome-ignore lint/suspicious/noArrayIndexKey: a comparison is what its place is; it has no name of its own
          key={at}
          value={it}
          earlier={earlier}
          set={(to) => put({ ...list, claims: list.claims.map((one, index) => (index === at ? to : one)) })}
          drop={() => put({ ...list, claims: list.claims.filter((_, index) => index !== at) })}
        />
      ))}
      <button type="button" className="text-button" onClick={begin}>
        {t(list.claims.length === 0 ? 'cond.add_first' : 'cond.add')}
      </button>
    </div>
  );
}

type LineProps = { value: Claim; earlier: Question[]; set: (to: Claim) => void; drop: () => void };

function ClaimLine({ value, earlier, set, drop }: LineProps) {
  const { t } = useTranslation('collect');
  const question = earlier.find((it) => it.key === about(value));
  const how = howOf(value, question);
  const bound = (name: 'at_least' | 'at_most') =>
    'value' in value &&
    typeof value.value[name] === 'number' && (
      <NumberInput
        aria-label={t(`cond.${name}`)}
        value={value.value[name]}
        onChange={(to) => to !== null && set({ value: { ...value.value, [name]: to } })}
        className="number"
      />
    );
  return (
    <div className="claim">
      <Select
        aria-label={t('cond.question')}
        value={about(value)}
        onChange={(key: string) => {
          const to = earlier.find((it) => it.key === key);
          const first = to && howsFor(to)[0];
          if (to && first) set(claim(to, howsFor(to).includes(how) ? how : first));
        }}
        options={earlier.map((it, at) => ({
          value: it.key,
          label: t('cond.name', { n: at + 1, text: short(say(it.text)) }),
        }))}
        className="claim-question"
      />
      {question?.type === 'matrix' && 'value' in value && (
        <Select
          aria-label={t('cond.matrix_row')}
          value={value.value.row ?? null}
          onChange={(row: string | null) => set({ value: { ...value.value, row } })}
          options={question.rows.map((it) => ({ value: it.key, label: say(it.text) }))}
          className="claim-question"
        />
      )}
      <Select
        aria-label={t('cond.how')}
        value={how}
        onChange={(to: How) =>
          question && set(claim(question, to, 'value' in value ? (value.value.row ?? null) : null))
        }
        options={(question ? howsFor(question) : [how]).map((it) => ({ value: it, label: t(`cond.${it}`) }))}
      />
      {(how === 'at_least' || how === 'between') && bound('at_least')}
      {how === 'between' && <span aria-hidden>–</span>}
      {(how === 'at_most' || how === 'between') && bound('at_most')}
      {'chosen' in value && question && (question.type === 'single' || question.type === 'multiple') && (
        <Select
          mode="multiple"
          aria-label={t('cond.options')}
          value={value.chosen.any_of}
          onChange={(any_of: string[]) => set({ chosen: { ...value.chosen, any_of } })}
          options={question.options.map((it) => ({ value: it.key, label: say(it.text) || it.key }))}
          className="claim-options"
        />
      )}
      <button type="button" className="icon-button" onClick={drop} aria-label={t('cond.drop')}>
        <DeleteOutlined aria-hidden />
      </button>
    </div>
  );
}
