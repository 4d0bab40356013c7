// 客户看到的页面: the real page in a frame, as the server shows it to staff: without its link and its forms.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export function CustomerSees({ url, version }: { url: string; version: number }) {
  const { t } = useTranslation('handle');
  const [open, setOpen] = useState(false);
  return (
    <details className="card sees" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{t('sees.title')}</h2>
      </summary>
      {open && <iframe key={version} src={url} title={t('sees.title')} sandbox="allow-same-origin" loading="lazy" />}
      <p>
        <a href={url} target="_blank" rel="noreferrer">
          {t('sees.open')}
        </a>
      </p>
    </details>
  );
}
