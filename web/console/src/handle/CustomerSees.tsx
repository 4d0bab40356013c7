// 客户看到的页面: the real page in a frame, which shows everything and sends nothing: no form in it can be handed in.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export function CustomerSees({ url, version }: { url: string; version: number }) {
  const { t } = useTranslation('handle');
  const [open, setOpen] = useState(false);
  // The address is the public one; the console may be open at another name of the same server.
  const path = new URL(url, window.location.href).pathname;
  return (
    <details className="card sees" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h2>{t('sees.title')}</h2>
      </summary>
      {open && (
        <iframe
          key={version}
          src={path}
          title={t('sees.title')}
          sandbox="allow-scripts allow-same-origin"
          loading="lazy"
        />
      )}
      <p>
        <a href={url} target="_blank" rel="noreferrer">
          {t('sees.open')}
        </a>
      </p>
    </details>
  );
}
