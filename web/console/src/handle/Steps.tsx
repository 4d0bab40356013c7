// 办理: what the record still needs before it may be closed, in the order of the work. Each step is done where it stands.

import { CheckCircleFilled } from '@ant-design/icons';
import { Button, DatePicker, Input } from 'antd';
import type { Dayjs } from 'dayjs';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId, type Schemas } from '../house/api.ts';
import { endOf, moment } from '../house/format.ts';
import { language } from '../house/i18n.ts';
import { useMay, useMyId, useStaff, useStaffName, useTree } from '../house/me.tsx';
import { Select } from '../house/Select.tsx';
import { type Case, useAct } from './case.tsx';
import { useDraft } from './useDraft.ts';

type Requirement = Schemas['Requirement'];

/** What each kind needs, as the server's rule has it; `missing` says what is still open. */
const NEEDED: Record<Schemas['Kind'], Requirement[]> = {
  consultation: ['answer'],
  issue: ['cause', 'solution', 'verification', 'told', 'reevaluation'],
  complaint: ['cause', 'solution', 'rectification', 'verification', 'told', 'reevaluation'],
  suggestion: ['decision', 'result', 'verification', 'told'],
  praise: [],
};

/** As long as one of these is open there is nothing yet that another person could verify. */
const UNVERIFIED: Requirement[] = ['rectification', 'decision', 'result'];

export function Steps({ it, may, opened }: { it: Case; may: boolean; opened: boolean }) {
  const { t } = useTranslation('handle');
  const isMissing = (step: Requirement) => it.missing.includes(step);
  const hasPlan = it.rectifications.length > 0 || UNVERIFIED.some(isMissing);
  const needed = [...new Set([...NEEDED[it.kind], ...it.missing])].filter(
    (step) => step !== 'verification' || hasPlan || isMissing(step),
  );
  const next = it.missing[0];
  const act = useAct(it.id, it.version);
  const isClosed = it.state === 'closed';
  return (
    <section className="card steps" id="steps">
      <h2>{t('steps.title')}</h2>
      <ol>
        {needed.map((step) => {
          // What is to be verified comes first; until then nothing is.
          const missing = it.missing.includes(step) || (step === 'verification' && UNVERIFIED.some(isMissing));
          const form = may && !isClosed && isMissing(step) ? <StepForm step={step} it={it} /> : null;
          return (
            <li key={step} className={missing ? 'step' : 'step step-done'}>
              <details open={form !== null && step === next && (opened || it.state !== 'new')}>
                <summary>
                  <span aria-hidden className="step-mark">
                    {missing ? <span className="step-open" /> : <CheckCircleFilled aria-hidden />}
                  </span>
                  <span>{t(`steps.${step}`)}</span>
                  <span className="sr">{missing ? t('steps.missing') : t('steps.done')}</span>
                </summary>
                <Recorded step={step} it={it} may={may && !isClosed} />
                {form}
              </details>
            </li>
          );
        })}
      </ol>
      {may && !isClosed && (
        <Button
          type={it.missing.length === 0 ? 'primary' : 'default'}
          block
          disabled={it.missing.length > 0}
          loading={act.isPending}
          onClick={() => act.mutate({ verb: 'close', done: t('done.close', { number: it.number }) })}
        >
          {it.missing.length === 0 ? t('verb.close') : t('steps.not_yet', { count: it.missing.length })}
        </Button>
      )}
      {isClosed && it.closed_at && <p className="quiet">{t('steps.closed', { when: moment(it.closed_at) })}</p>}
    </section>
  );
}

/** What is on record for a step. */
function Recorded({ step, it, may }: { step: Requirement; it: Case; may: boolean }) {
  const { t } = useTranslation('handle');
  const staffName = useStaffName();
  if (step === 'cause' && it.cause) {
    const { root, text } = it.cause as unknown as { root: string; text: string };
    return <p>{t('steps.cause_is', { root: t(`word:cause.${root}`), text })}</p>;
  }
  if (step === 'solution' && it.solution) return <p>{it.solution}</p>;
  if (step === 'told' && it.told) return <p className="quiet">{t('steps.told_done')}</p>;
  if (step === 'rectification') {
    const plans = it.rectifications as unknown as Rectification[];
    return (
      <>
        {plans.map((one) => (
          <div key={one.id} className="plan">
            <p>{one.measure}</p>
            <p className="quiet">{t('steps.plan_of', { name: staffName(one.owner), due: moment(one.due_at) })}</p>
            {may && <PlanActions it={it} plan={one} />}
          </div>
        ))}
        {it.rectification_waiver && <p>{t('steps.waived', { reason: it.rectification_waiver })}</p>}
      </>
    );
  }
  if (step === 'decision' && it.outcome) {
    const { decision, reason } = it.outcome as unknown as { decision: string; reason: string };
    return <p>{t(decision === 'adopted' ? 'steps.adopted' : 'steps.declined', { reason })}</p>;
  }
  return null;
}

type Rectification = {
  id: string;
  measure: string;
  owner: string;
  due_at: string;
  progress: { state: 'planned' | 'done' | 'verified' | 'withdrawn'; by?: string; result?: string };
};

/** Done by its owner, checked by another person. */
function PlanActions({ it, plan }: { it: Case; plan: Rectification }) {
  const { t } = useTranslation('handle');
  const me = useMyId();
  const verifies = useMay()('cases:verify');
  const act = useAct(it.id, it.version);
  const [text, setText] = useDraft(`${it.id}.${plan.id}`);
  const run = (verb: string, fields: Record<string, unknown>, done: string) =>
    act.mutate({ verb, fields: { id: plan.id, ...fields }, done }, { onSuccess: () => setText('') });
  const { state, result } = plan.progress;
  if (state === 'verified') return <p className="promise-kept">{t('steps.verified')}</p>;
  if (state === 'withdrawn') return <p className="quiet">{t('steps.withdrawn')}</p>;
  const field = (label: string) => (
    <Input aria-label={label} placeholder={label} value={text} onChange={(event) => setText(event.target.value)} />
  );
  if (state === 'planned') {
    return (
      <div className="step-form">
        {field(t('steps.result'))}
        <Button
          onClick={() => run('finish_rectification', { result: text }, t('done.finish_rectification'))}
          disabled={!text.trim()}
        >
          {t('verb.finish_rectification')}
        </Button>
      </div>
    );
  }
  const isOwn = plan.owner === me || plan.progress.by === me;
  return (
    <div className="step-form">
      <p>{t('steps.done_result', { result })}</p>
      {!verifies || isOwn ? (
        <p className="quiet">{t('steps.other_verifies')}</p>
      ) : (
        <>
          {field(t('steps.comment'))}
          <div className="step-buttons">
            <Button
              onClick={() => run('verify_rectification', { is_done: false, comment: text }, t('done.refuse'))}
              disabled={!text.trim()}
            >
              {t('verb.refuse')}
            </Button>
            <Button
              type="primary"
              onClick={() => run('verify_rectification', { is_done: true, comment: text }, t('done.verify'))}
            >
              {t('verb.verify')}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}

function StepForm({ step, it }: { step: Requirement; it: Case }) {
  switch (step) {
    case 'cause':
      return <CauseForm it={it} />;
    case 'rectification':
      return <PlanForm it={it} />;
    case 'decision':
      return <DecisionForm it={it} />;
    case 'solution':
      return <TextForm it={it} verb="solve" field="solution" />;
    case 'result':
      return <TextForm it={it} verb="complete_suggestion" field="result" />;
    case 'told':
      return <TextForm it={it} verb="tell" field="text" other={{ verb: 'cannot_tell', field: 'reason' }} />;
    case 'reevaluation':
      return <TextForm it={it} verb="waive_reevaluation" field="reason" />;
    default:
      return <Hint step={step} />;
  }
}

function Hint({ step }: { step: Requirement }) {
  const { t } = useTranslation('handle');
  return <p className="quiet">{t(`steps.${step}_hint`)}</p>;
}

function Form({ children, onSubmit, button, ready, busy }: FormProps) {
  return (
    <form
      className="step-form"
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      <Button type="primary" htmlType="submit" disabled={!ready} loading={busy}>
        {button}
      </Button>
    </form>
  );
}

type FormProps = { children: ReactNode; onSubmit: () => void; button: string; ready: boolean; busy: boolean };

type TextVerb = { verb: string; field: string };

/** A step that is a text. `other` is what may be done instead, with the same text as its reason. */
function TextForm({ it, verb, field, other }: { it: Case; other?: TextVerb } & TextVerb) {
  const { t } = useTranslation('handle');
  const act = useAct(it.id, it.version);
  const [text, setText] = useDraft(`${it.id}.${verb}`);
  const run = (which: TextVerb) =>
    act.mutate(
      { verb: which.verb, fields: { [which.field]: text }, done: t(`done.${which.verb}`) },
      { onSuccess: () => setText('') },
    );
  return (
    <Form
      onSubmit={() => run({ verb, field })}
      button={t(`verb.${verb}`)}
      ready={text.trim() !== ''}
      busy={act.isPending}
    >
      <Input.TextArea
        aria-label={t(`steps.${verb}_text`)}
        placeholder={t(`steps.${verb}_text`)}
        value={text}
        onChange={(event) => setText(event.target.value)}
        rows={3}
      />
      {other && (
        <Button type="text" onClick={() => run(other)} disabled={!text.trim()}>
          {t(`verb.${other.verb}`)}
        </Button>
      )}
    </Form>
  );
}

function CauseForm({ it }: { it: Case }) {
  const { t } = useTranslation('handle');
  const act = useAct(it.id, it.version);
  const tree = useTree('cause');
  const [root, setRoot] = useState<'person' | 'process'>('process');
  const [branch, setBranch] = useState<string | null>(null);
  const [text, setText] = useDraft(`${it.id}.cause`);
  return (
    <Form
      onSubmit={() =>
        act.mutate(
          { verb: 'set_cause', fields: { cause: { root, branch, text } }, done: t('done.set_cause') },
          { onSuccess: () => setText('') },
        )
      }
      button={t('verb.set_cause')}
      ready={text.trim() !== ''}
      busy={act.isPending}
    >
      <Select
        aria-label={t('steps.cause_root')}
        value={root}
        onChange={setRoot}
        options={(['process', 'person'] as const).map((one) => ({ value: one, label: t(`word:cause.${one}`) }))}
      />
      {tree.length > 0 && (
        <Select
          aria-label={t('steps.cause_branch')}
          placeholder={t('steps.cause_branch')}
          value={branch}
          onChange={(to: string | undefined) => setBranch(to ?? null)}
          options={tree
            .filter((one) => !one.is_archived)
            .map((one) => ({ value: one.id, label: language() === 'en' ? one.name_en : one.name_zh }))}
          showSearch={{ optionFilterProp: 'label' }}
          allowClear
        />
      )}
      <Input.TextArea
        aria-label={t('steps.cause_text')}
        placeholder={t('steps.cause_text')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        rows={3}
      />
    </Form>
  );
}

/** Who does what until when. */
function useWho(it: Case) {
  const [owner, setOwner] = useState<string | null>(it.owner ?? null);
  const [due, setDue] = useState<Dayjs | null>(null);
  return {
    owner,
    setOwner,
    due,
    setDue,
    ready: owner !== null && due !== null,
    due_at: due ? endOf(due.format('YYYY-MM-DD')) : undefined,
  };
}

function WhoUntil({ who }: { who: ReturnType<typeof useWho> }) {
  const { t } = useTranslation('handle');
  const staff = useStaff();
  return (
    <div className="step-row">
      <Select
        aria-label={t('steps.owner')}
        placeholder={t('steps.owner')}
        value={who.owner}
        onChange={who.setOwner}
        options={staff.filter((one) => one.active).map((one) => ({ value: one.id, label: one.name }))}
        showSearch={{ optionFilterProp: 'label' }}
      />
      <DatePicker aria-label={t('steps.due')} placeholder={t('steps.due')} value={who.due} onChange={who.setDue} />
    </div>
  );
}

function PlanForm({ it }: { it: Case }) {
  const { t } = useTranslation('handle');
  const act = useAct(it.id, it.version);
  const who = useWho(it);
  const me = useMyId();
  const [measure, setMeasure] = useDraft(`${it.id}.plan`);
  const [id] = useState(newId);
  const plan = { id, measure, owner: who.owner, due_at: who.due_at };
  return (
    <Form
      onSubmit={() =>
        act.mutate(
          { verb: 'plan_rectification', fields: { plan }, done: t('done.plan_rectification') },
          { onSuccess: () => setMeasure('') },
        )
      }
      button={t('verb.plan_rectification')}
      ready={who.ready && measure.trim() !== ''}
      busy={act.isPending}
    >
      <Input.TextArea
        aria-label={t('steps.measure')}
        placeholder={t('steps.measure')}
        value={measure}
        onChange={(event) => setMeasure(event.target.value)}
        rows={3}
      />
      <WhoUntil who={who} />
      {it.owner !== me && (
        <Button
          type="text"
          disabled={!measure.trim()}
          onClick={() =>
            act.mutate({
              verb: 'waive_rectification',
              fields: { reason: measure },
              done: t('done.waive_rectification'),
            })
          }
        >
          {t('verb.waive_rectification')}
        </Button>
      )}
    </Form>
  );
}

function DecisionForm({ it }: { it: Case }) {
  const { t } = useTranslation('handle');
  const act = useAct(it.id, it.version);
  const who = useWho(it);
  const [reason, setReason] = useDraft(`${it.id}.decision`);
  const decide = (decision: Record<string, unknown>) =>
    act.mutate(
      { verb: 'decide_suggestion', fields: { decision }, done: t('done.decide_suggestion') },
      { onSuccess: () => setReason('') },
    );
  return (
    <Form
      onSubmit={() => decide({ decision: 'adopted', reason, owner: who.owner, due_at: who.due_at })}
      button={t('verb.adopt')}
      ready={who.ready && reason.trim() !== ''}
      busy={act.isPending}
    >
      <Input.TextArea
        aria-label={t('steps.reason')}
        placeholder={t('steps.reason')}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        rows={3}
      />
      <WhoUntil who={who} />
      <Button type="text" disabled={!reason.trim()} onClick={() => decide({ decision: 'declined', reason })}>
        {t('verb.decline')}
      </Button>
    </Form>
  );
}
