// Giving a case to others, or joining it with another. Beside the case, never over it.

import { useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../house/api.ts';
import { begin, isListOpen } from '../house/focus.ts';
import { useMay, useMyId, useStaff, useTeams } from '../house/me.tsx';
import { Select } from '../house/Select.tsx';
import { type Case, useAct } from './case.tsx';

export type Moving = 'transfer' | 'collaborate' | 'merge_into' | 'reopen';

export function Move({ it, how, close }: { it: Case; how: Moving; close: () => void }) {
  const { t } = useTranslation('handle');
  const act = useAct(it.id, it.version);
  const [staff, setStaff] = useState<string | null>(null);
  const [team, setTeam] = useState<string>(it.team);
  const [into, setInto] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const me = useMyId();
  // Who owns it gives it away; who may assign may take it from anybody.
  const assigns = useMay()('cases:assign') && it.owner !== me;
  const verb = how === 'transfer' && assigns ? 'assign' : how;
  const fields = {
    transfer: { staff, team, reason },
    collaborate: { staff },
    merge_into: { into },
    reopen: { reason },
  }[how];
  const ready = {
    transfer: assigns || reason.trim() !== '',
    collaborate: staff !== null,
    merge_into: into !== null,
    reopen: true,
  }[how];

  return (
    <form
      className="card move"
      ref={begin}
      aria-label={t(`verb.${how}`)}
      onKeyDown={(event) => event.key === 'Escape' && !isListOpen() && close()}
      onSubmit={(event) => {
        event.preventDefault();
        act.mutate({ verb, fields, done: t(`done.${how}`) }, { onSuccess: close });
      }}
    >
      <h2>{t(`verb.${how}`)}</h2>
      {how === 'transfer' && <Teams team={team} setTeam={setTeam} />}
      {(how === 'transfer' || how === 'collaborate') && (
        <People staff={staff} setStaff={setStaff} hint={how === 'transfer' ? t('move.to_queue') : t('move.person')} />
      )}
      {how === 'merge_into' && <SameCustomer it={it} into={into} setInto={setInto} />}
      {(how === 'transfer' || how === 'reopen') && (
        <Input
          aria-label={t('move.reason')}
          placeholder={t('move.reason')}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      )}
      <div className="move-foot">
        <Button onClick={close}>{t('house:cancel')}</Button>
        <Button type="primary" htmlType="submit" disabled={!ready} loading={act.isPending}>
          {t(`verb.${how}`)}
        </Button>
      </div>
    </form>
  );
}

function People({
  staff,
  setStaff,
  hint,
}: {
  staff: string | null;
  setStaff: (to: string | null) => void;
  hint: string;
}) {
  const all = useStaff();
  return (
    <Select
      aria-label={hint}
      placeholder={hint}
      value={staff}
      onChange={(to: string | undefined) => setStaff(to ?? null)}
      options={all.filter((one) => one.active).map((one) => ({ value: one.id, label: `${one.name} ${one.number}` }))}
      showSearch={{ optionFilterProp: 'label' }}
      allowClear
    />
  );
}

function Teams({ team, setTeam }: { team: string; setTeam: (to: string) => void }) {
  const { t } = useTranslation('handle');
  const teams = useTeams();
  return (
    <Select
      aria-label={t('cases.team')}
      value={team}
      onChange={setTeam}
      options={teams.map((one) => ({ value: one.id, label: one.name }))}
    />
  );
}

/** Only cases of the same customer can be one. */
function SameCustomer({ it, into, setInto }: { it: Case; into: string | null; setInto: (to: string) => void }) {
  const { t } = useTranslation('handle');
  const { data } = useQuery({
    queryKey: ['cases', 'of', it.customer],
    queryFn: () => ask(api.GET('/api/v1/cases', { params: { query: { customer: it.customer ?? '' } } })),
    enabled: !!it.customer,
  });
  const others = data?.items.filter((one) => one.id !== it.id && !one.merged_into) ?? [];
  if (others.length === 0) return <p className="quiet">{t('move.none')}</p>;
  return (
    <Select
      aria-label={t('move.into')}
      placeholder={t('move.into')}
      value={into}
      onChange={(to: string) => setInto(to)}
      options={others.map((one) => ({ value: one.id, label: `${one.number} ${one.said.slice(0, 40)}` }))}
    />
  );
}
