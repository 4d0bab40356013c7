// The way to the form: link, QR code, poster; and the page itself as a customer's phone shows it.

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ask } from '../house/api.ts';
import { useCopy } from '../house/copy.ts';
import { language } from '../house/i18n.ts';
import { Phone } from '../house/Phone.tsx';

export function FormLink({ id }: { id: string }) {
  const { t } = useTranslation('collect');
  const copy = useCopy();
  const { data } = useQuery({
    queryKey: ['form', id, 'link'],
    queryFn: () => ask(api.GET('/api/v1/forms/{id}/link', { params: { path: { id } } })),
  });
  if (!data) return null;
  return (
    <>
      <section className="form-link" aria-label={t('link.title')}>
        <img
          src={`data:image/svg+xml,${encodeURIComponent(data.qr_svg)}`}
          alt={t('link.qr')}
          width={120}
          height={120}
        />
        <div>
          <p className="code">{data.url}</p>
          <p className="form-link-buttons">
            <Button onClick={() => copy(data.url, t('link.copied'))}>{t('link.copy')}</Button>
            <Button href={`/api/v1/forms/${id}/poster?lang=${language()}`} target="_blank">
              {t('link.poster')}
            </Button>
          </p>
        </div>
      </section>
      <div className="form-phone">
        <h2>{t('link.preview')}</h2>
        <Phone src={new URL(data.url, window.location.href).pathname} title={t('link.preview')} />
      </div>
    </>
  );
}
