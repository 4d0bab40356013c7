// A year's notice of holidays 放假通知: days off and the days worked for them.

import { DeleteOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, DatePicker, Input } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, queries, type Schemas } from '../house/api.ts';
import { NumberInput } from '../house/NumberInput.tsx';
import { tell } from '../house/toast.tsx';
import { Editor, useFault } from '../platform/Editor.tsx';

type Holiday = Schemas['Holiday'];

const text = (it: dayjs.Dayjs | null) => (it ? it.format('YYYY-MM-DD') : '');

type Range = [dayjs.Dayjs | null, dayjs.Dayjs | null] | null;

/** A holiday may fall into several stretches of days: one is changed or taken out, the others stay. */
function withStretch(off: Holiday['off'], nth: number, range: Range): Holiday['off'] {
  const changed: Holiday['off'] = range ? [[text(range[0]), text(range[1])]] : [];
  return [...off.slice(0, nth), ...changed, ...off.slice(nth + 1)];
}

/** `it` is the notice as it is known; of a year that is not known, an empty one. */
export function HolidayForm({ it, close }: { it: Schemas['HolidayYear']; close: () => void }) {
  const { t } = useTranslation('handle');
  const [year, setYear] = useState(it.year);
  const [notice, setNotice] = useState((it.notices ?? [])[0] ?? '');
  const [holidays, setHolidays] = useState<Holiday[]>(it.holidays);
  const put = useMutation({
    mutationFn: () => {
      const others = (it.notices ?? []).slice(1);
      const body = { notices: [notice, ...others].filter(Boolean), holidays };
      return ask(api.PUT('/api/v1/calendars/holidays/{year}', { params: { path: { year } }, body }));
    },
    onSuccess: () => {
      tell(t('holidays.kept', { year }));
      queries.invalidateQueries({ queryKey: ['holidays'] });
      close();
    },
  });
  const fault = useFault(put.error);
  const change = (at: number, changed: Partial<Holiday>) =>
    setHolidays(holidays.map((one, index) => (index === at ? { ...one, ...changed } : one)));
  return (
    <Editor
      title={t('holidays.title')}
      close={close}
      keep={() => put.mutate()}
      busy={put.isPending}
      error={put.error}
      dirty={holidays !== it.holidays || year !== it.year || notice !== ((it.notices ?? [])[0] ?? '')}
      ready={holidays.every((one) => one.name.trim() && one.off.length > 0)}
    >
      <p className="quiet">{t('holidays.text')}</p>
      <div className="editor-pair">
        <Field label={t('holidays.year')} fault={fault('year')}>
          {(own) => <NumberInput {...own} min={2000} max={2100} value={year} onChange={(to) => to && setYear(to)} />}
        </Field>
        <Field label={t('holidays.notice')} fault={fault('notices')}>
          {(own) => <Input {...own} value={notice} onChange={(event) => setNotice(event.target.value)} />}
        </Field>
      </div>
      {fault('holidays') && <p className="field-fault">{fault('holidays')}</p>}
      {holidays.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: holidays in hand have nothing but their place
        <div key={at} className="holiday">
          <Field label={t('holidays.name')} fault={undefined}>
            {(own) => (
              <Input
                {...own}
                lang="zh-CN"
                value={one.name}
                onChange={(event) => change(at, { name: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('holidays.off')} fault={undefined}>
            {(own) => (
              <>
                {(one.off.length > 0 ? one.off : [undefined]).map((stretch, nth) => (
                  <DatePicker.RangePicker
                    // biome-ignore lint/suspicious/noArrayIndexKey: a stretch of days has nothing but its place
                    key={nth}
                    id={{ start: nth === 0 ? own.id : `${own.id}-${nth}` }}
                    value={stretch ? [dayjs(stretch[0]), dayjs(stretch[1])] : null}
                    onChange={(range) => change(at, { off: withStretch(one.off, nth, range) })}
                  />
                ))}
              </>
            )}
          </Field>
          <Field label={t('holidays.work')} fault={undefined}>
            {(own) => (
              <DatePicker
                {...own}
                multiple
                value={(one.work ?? []).map((day) => dayjs(day))}
                onChange={(days) => change(at, { work: (days ?? []).map(text) })}
              />
            )}
          </Field>
          <Button
            type="text"
            icon={<DeleteOutlined aria-hidden />}
            aria-label={t('holidays.drop', { name: one.name })}
            onClick={() => setHolidays(holidays.filter((_, index) => index !== at))}
          />
        </div>
      ))}
      <Button onClick={() => setHolidays([...holidays, { name: '', off: [], work: [] }])}>{t('holidays.add')}</Button>
    </Editor>
  );
}
