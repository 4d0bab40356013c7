// The file as it would be read: its letters, its header, its first rows.

import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { Field } from '../../customer/CustomerForm.tsx';
import { NumberInput } from '../../house/NumberInput.tsx';
import { ENCODINGS, type FileSettings, type Look } from './mapping.ts';

const ROWS_SHOWN = 6;
const DELIMITERS = [',', ';', '\t', '|'] as const;
const DELIMITER_NAMES = { ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' } as const;

type Props = { look: Look; file: FileSettings; set: (to: FileSettings) => void; busy: boolean };

export function FileAsRead({ look, file, set, busy }: Props) {
  const { t } = useTranslation('platform');
  const unsure = look.proposal.findings.some((it) => it.code === 'encoding_unsure');
  const found = look.encoding?.name;
  const encodings = [...new Set([...ENCODINGS, ...(found ? [found] : []), ...(file.encoding ? [file.encoding] : [])])];
  const header = (changed: Partial<Look['header']>) => set({ ...file, header: { ...look.header, ...changed } });
  return (
    <section className="card import-card" aria-label={t('import.file_title')} aria-busy={busy}>
      <h2>{t('import.file_title')}</h2>
      <div className="file-settings">
        {found && (
          <Field label={t('import.encoding')} fault={undefined}>
            {(own) => (
              <Select
                {...own}
                value={file.encoding ?? found}
                onChange={(encoding) => set({ ...file, encoding })}
                options={encodings.map((it) => ({ value: it, label: it.toUpperCase() }))}
              />
            )}
          </Field>
        )}
        {look.delimiter && (
          <Field label={t('import.delimiter')} fault={undefined}>
            {(own) => (
              <Select
                {...own}
                value={look.delimiter ?? null}
                onChange={(delimiter) => delimiter && set({ ...file, delimiter })}
                options={DELIMITERS.map((it) => ({ value: it, label: t(`import.delimiter.${DELIMITER_NAMES[it]}`) }))}
              />
            )}
          </Field>
        )}
        {look.sheets.length > 1 && (
          <Field label={t('import.sheet')} fault={undefined}>
            {(own) => (
              <Select
                {...own}
                value={look.sheet ?? null}
                onChange={(sheet) => sheet && set({ ...file, sheet })}
                options={look.sheets.map((it) => ({ value: it, label: it }))}
              />
            )}
          </Field>
        )}
        <Field label={t('import.skip')} fault={undefined}>
          {(own) => (
            <NumberInput
              {...own}
              min={0}
              max={9}
              value={look.header.skip}
              onChange={(skip) => header({ skip: skip ?? 0 })}
            />
          )}
        </Field>
        <Field label={t('import.header_rows')} fault={undefined}>
          {(own) => (
            <Select
              {...own}
              value={look.header.rows}
              onChange={(rows) => header({ rows })}
              options={[0, 1, 2].map((it) => ({ value: it, label: t(`import.header_rows.${it}`) }))}
            />
          )}
        </Field>
      </div>
      {unsure && <p className="import-note">{t('import.encoding_unsure')}</p>}
      {look.header.skip > 0 && <p className="quiet">{t('import.skipped', { count: look.header.skip })}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="sample" aria-label={t('import.sample')} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {look.columns.map((it) => (
                <th key={it} scope="col">
                  {it}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {look.rows.slice(0, ROWS_SHOWN).map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the rows of a file have nothing but their place
              <tr key={row}>
                {look.columns.map((column, at) => (
                  <td key={column}>{cells[at]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
