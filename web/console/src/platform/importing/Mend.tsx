// The rows that were refused, mended where they stand: one press brings those that were changed.

import { useMutation } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { Field } from '../../customer/CustomerForm.tsx';
import { api, ask, newId, queries, type Schemas, sendFile } from '../../house/api.ts';
import { count } from '../../house/format.ts';
import { useSaid } from '../../house/states.tsx';
import { complain } from '../../house/toast.tsx';
import { asCsv, type Mapping, MENDED_FILE } from './mapping.ts';

type Import = Schemas['ImportBody'];
type BadRow = Schemas['BadRowBody'];

/** What was typed, by line and place of the column. */
type Edits = Record<number, Record<number, string>>;

const mended = (row: BadRow, columns: string[], edits: Edits) =>
  columns.map((_, at) => edits[row.line]?.[at] ?? row.cells[at] ?? '');

export function Mend({ it, rows }: { it: Import; rows: BadRow[] }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const go = useNavigate();
  const [edits, setEdits] = useState<Edits>({});
  const changed = rows.filter((row) =>
    Object.entries(edits[row.line] ?? {}).some(([at, text]) => text !== (row.cells[Number(at)] ?? '')),
  );
  const bring = useMutation({
    mutationFn: async () => {
      const id = newId();
      const lines = [it.columns, ...changed.map((row) => mended(row, it.columns, edits))];
      const name = t('import.mended_name', { name: it.file_name.replace(/\.[^.]+$/, '') });
      const query = new URLSearchParams({ target: it.target, name: `${name}.csv` });
      await ask(sendFile(`/api/v1/imports/${id}?${query}`, new Blob([asCsv(lines)]), () => undefined));
      const mapping = { ...(it.mapping as unknown as Mapping), file: MENDED_FILE };
      const body = { mapping: mapping as unknown as Record<string, never>, dry_run: false };
      return ask(api.POST('/api/v1/imports/{id}/start', { params: { path: { id } }, body }));
    },
    onSuccess: (started) => {
      queries.setQueryData(['import', started.id], started);
      queries.invalidateQueries({ queryKey: ['imports'] });
      go(`/settings/imports/${started.id}`);
    },
    onError: (error) => complain(said(error)),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (changed.length > 0) bring.mutate();
      }}
    >
      <ul className="mend-rows" aria-label={t('import.bad_label')}>
        {rows.map((row) => (
          <Row
            key={row.line}
            row={row}
            columns={it.columns}
            typed={edits[row.line] ?? {}}
            type={(at, text) => setEdits((now) => ({ ...now, [row.line]: { ...now[row.line], [at]: text } }))}
          />
        ))}
      </ul>
      <p className="import-buttons">
        <Button type="primary" htmlType="submit" loading={bring.isPending} disabled={changed.length === 0}>
          {t('import.bring_mended', { count: changed.length, rows: count(changed.length) })}
        </Button>
        <span className="quiet">{t('import.bring_mended_text')}</span>
      </p>
    </form>
  );
}

type RowProps = {
  row: BadRow;
  columns: string[];
  typed: Record<number, string>;
  type: (at: number, text: string) => void;
};

/** What is wrong can be changed; the rest of the row stands beside it. */
function Row({ row, columns, typed, type }: RowProps) {
  const { t } = useTranslation('platform');
  const faulty = row.faults.map((it) => it.column);
  const all = faulty.some((it) => !it || !columns.includes(it));
  const open = columns.map((name, at) => ({ name, at })).filter((it) => all || faulty.includes(it.name));
  const rest = columns.map((name, at) => [name, row.cells[at] ?? ''] as const);
  return (
    <li className="mend-row">
      <b>{t('import.line_at', { line: row.line })}</b>
      <div className="mend-fields">
        {open.map(({ name, at }) => (
          <Field key={name} label={name} fault={row.faults.find((it) => it.column === name)?.reason}>
            {(own) => (
              <Input
                {...own}
                aria-label={t('import.cell_of', { line: row.line, column: name })}
                value={typed[at] ?? row.cells[at] ?? ''}
                onChange={(event) => type(at, event.target.value)}
              />
            )}
          </Field>
        ))}
        {row.faults
          .filter((it) => !it.column || !columns.includes(it.column))
          .map((it) => (
            <p key={it.reason} className="field-fault">
              {it.reason}
            </p>
          ))}
      </div>
      {!all && (
        <p className="quiet mend-rest">
          {rest
            .filter(([name, text]) => text && !faulty.includes(name))
            .map(([name, text]) => `${name} ${text}`)
            .join(' · ')}
        </p>
      )}
    </li>
  );
}
