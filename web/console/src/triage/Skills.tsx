// 技能与班次: who takes which cases, when, and how many; assignment goes by it and says so.

import { useMutation, useQuery } from '@tanstack/react-query';
import { DatePicker } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { said } from '../handle/Calendars.tsx';
import { KINDS } from '../handle/case.tsx';
import { useCalendars } from '../handle/rules.ts';
import { api, ask, queries, type Schemas } from '../house/api.ts';
import { type Column, DataTable } from '../house/DataTable.tsx';
import { instantOf, moment, wallOf } from '../house/format.ts';
import { useStaffRead, useTeamName, useTree } from '../house/me.tsx';
import { NumberInput } from '../house/NumberInput.tsx';
import { Page } from '../house/Page.tsx';
import { Select } from '../house/Select.tsx';
import { Empty, Failed, Loading } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';
import { Beside, Editor, useFault } from '../platform/Editor.tsx';
import { branchName } from './Trees.tsx';

type Skill = Schemas['SkillBody'];
type Person = Schemas['Staff'];
type Row = { person: Person; skill: Skill | undefined };

export function Skills() {
  const { t } = useTranslation('triage');
  const everybody = useStaffRead();
  const staff = (everybody.data ?? []).filter((it) => it.active);
  const teamName = useTeamName();
  const calendars = useCalendars();
  const categories = useTree('category');
  const [open, setOpen] = useState<string>();
  const found = useQuery({ queryKey: ['skills'], queryFn: () => ask(api.GET('/api/v1/skills')) });
  const rows: Row[] = staff.map((person) => ({ person, skill: found.data?.find((it) => it.staff === person.id) }));
  const editing = rows.find((it) => it.person.id === open);
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t('skills.who'),
      phone: 'head',
      cell: ({ person }) => (
        <button type="button" className="text-button" onClick={() => setOpen(person.id)}>
          {person.name}
        </button>
      ),
    },
    { key: 'team', title: t('skills.team'), cell: ({ person }) => teamName(person.team) },
    {
      key: 'kinds',
      title: t('skills.kinds'),
      cell: ({ skill }) =>
        skill && skill.kinds.length > 0
          ? skill.kinds.map((it) => t(`word:kind.${it}`)).join(t('comma'))
          : t('skills.all_kinds'),
    },
    {
      key: 'categories',
      title: t('skills.categories'),
      phone: 'hide',
      cell: ({ skill }) =>
        categories
          .filter((it) => skill?.categories.includes(it.id))
          .map(branchName)
          .join(t('comma')),
    },
    {
      key: 'capacity',
      title: t('skills.capacity'),
      help: 'skills.capacity',
      align: 'right',
      cell: ({ skill }) => (skill ? t('skills.at_most', { count: skill.capacity }) : t('skills.unset')),
    },
    {
      key: 'shift',
      title: t('skills.shift'),
      help: 'skills.shift',
      cell: ({ skill }) => said(calendars.find((it) => it.id === skill?.shift)?.name) || t('skills.always'),
    },
    {
      key: 'away',
      title: t('skills.away'),
      phone: 'hide',
      cell: ({ skill }) => (skill?.away_until ? moment(skill.away_until) : ''),
    },
  ];
  return (
    <Page title={t('skills.title')} help="skills">
      <p className="quiet skills-text">{t('skills.text')}</p>
      {(found.isPending || everybody.isPending) && <Loading />}
      {found.error && <Failed error={found.error} again={() => found.refetch()} />}
      {found.data && everybody.data && (
        <Beside panel={editing && <SkillForm key={open} {...editing} close={() => setOpen(undefined)} />}>
          <DataTable
            label={t('skills.title')}
            rows={rows}
            columns={editing ? columns.filter((it) => ['name', 'kinds', 'capacity'].includes(it.key)) : columns}
            idOf={(it) => it.person.id}
            {...(open ? { open } : {})}
            onOpen={(it) => setOpen(it.person.id)}
            empty={<Empty title={t('skills.none')} />}
          />
        </Beside>
      )}
    </Page>
  );
}

function SkillForm({ person, skill, close }: Row & { close: () => void }) {
  const { t } = useTranslation('triage');
  const calendars = useCalendars();
  const categories = useTree('category');
  const [draft, setDraft] = useState<Schemas['PutSkill']>({
    kinds: skill?.kinds ?? [],
    categories: skill?.categories ?? [],
    capacity: skill?.capacity ?? null,
    shift: skill?.shift ?? null,
    away_until: skill?.away_until ?? null,
  });
  const [first] = useState(draft);
  const put = useMutation({
    mutationFn: () => ask(api.PUT('/api/v1/skills/{staff}', { params: { path: { staff: person.id } }, body: draft })),
    onSuccess: () => {
      queries.invalidateQueries({ queryKey: ['skills'] });
      tell(t('platform:kept', { name: person.name }));
      close();
    },
  });
  const fault = useFault(put.error);
  return (
    <Editor
      title={person.name}
      close={close}
      keep={() => put.mutate()}
      busy={put.isPending}
      error={put.error}
      dirty={draft !== first}
    >
      <Field label={t('skills.kinds')} fault={fault('kinds')}>
        {(own) => (
          <Select
            {...own}
            mode="multiple"
            value={draft.kinds ?? []}
            onChange={(kinds: Schemas['Kind'][]) => setDraft({ ...draft, kinds })}
            options={KINDS.map((it) => ({ value: it, label: t(`word:kind.${it}`) }))}
            placeholder={t('skills.all_kinds')}
          />
        )}
      </Field>
      <Field label={t('skills.categories')} fault={fault('categories')}>
        {(own) => (
          <Select
            {...own}
            mode="multiple"
            value={draft.categories ?? []}
            onChange={(to: string[]) => setDraft({ ...draft, categories: to })}
            options={categories.filter((it) => !it.is_archived).map((it) => ({ value: it.id, label: branchName(it) }))}
            placeholder={t('skills.no_categories')}
            showSearch={{ optionFilterProp: 'label' }}
          />
        )}
      </Field>
      <div className="editor-pair">
        <Field label={t('skills.capacity')} fault={fault('capacity')}>
          {(own) => (
            <NumberInput
              {...own}
              min={0}
              value={draft.capacity ?? null}
              onChange={(capacity) => setDraft({ ...draft, capacity })}
              placeholder={t('skills.unset')}
            />
          )}
        </Field>
        <Field label={t('skills.shift')} fault={fault('shift')}>
          {(own) => (
            <Select
              {...own}
              value={draft.shift ?? null}
              onChange={(shift: string | undefined) => setDraft({ ...draft, shift: shift ?? null })}
              options={calendars.map((it) => ({ value: it.id, label: said(it.name) }))}
              placeholder={t('skills.always')}
              allowClear
            />
          )}
        </Field>
      </div>
      <Field label={t('skills.away')} fault={fault('away_until')}>
        {(own) => (
          <DatePicker
            {...own}
            showTime={{ format: 'HH:mm' }}
            format="YYYY-MM-DD HH:mm"
            value={draft.away_until ? dayjs(wallOf(Date.parse(draft.away_until))) : null}
            onChange={(to) => setDraft({ ...draft, away_until: to ? instantOf(to.format('YYYY-MM-DDTHH:mm')) : null })}
          />
        )}
      </Field>
      <p className="quiet">{t('skills.away_text')}</p>
    </Editor>
  );
}
