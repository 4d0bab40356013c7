// 两步验证: a code of the telephone at sign-in, set up and given up by oneself.

import { useMutation, useQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../customer/CustomerForm.tsx';
import { api, ask, queries, type Schemas, Trouble } from '../house/api.ts';
import { useCopy } from '../house/copy.ts';
import { At } from '../house/promise.tsx';
import { Failed, Loading, useSaid } from '../house/states.tsx';
import { tell } from '../house/toast.tsx';

const KEY = ['second-factor'];

/** `done`: the codes on paper were kept. */
export function SecondFactor({ done }: { done?: () => void }) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const state = useQuery({ queryKey: KEY, queryFn: () => ask(api.GET('/api/v1/me/second-factor')) });
  const [enrolment, setEnrolment] = useState<Schemas['EnrolmentBody']>();
  const [codes, setCodes] = useState<string[]>();
  const [removing, setRemoving] = useState(false);
  const begin = useMutation({
    mutationFn: () => ask(api.POST('/api/v1/me/second-factor')),
    onSuccess: setEnrolment,
  });
  const refresh = () => queries.invalidateQueries({ queryKey: KEY });

  if (state.isPending) return <Loading rows={2} />;
  if (state.error) return <Failed error={state.error} again={() => state.refetch()} />;
  return (
    <section className="card second-factor" aria-label={t('factor.title')}>
      <h2>{t('factor.title')}</h2>
      {codes ? (
        <Codes
          codes={codes}
          done={() => {
            setCodes(undefined);
            done?.();
          }}
        />
      ) : state.data.since ? (
        <>
          <p>
            {t('factor.on')} <At at={state.data.since} />
            {t('comma')}
            {t('factor.left', { count: state.data.recovery_codes_left })}
          </p>
          {removing ? (
            <CodeForm
              label={t('factor.remove_code')}
              action={t('factor.remove')}
              close={() => setRemoving(false)}
              send={(code) => ask(api.POST('/api/v1/me/second-factor/remove', { body: { code } }))}
              done={() => {
                setRemoving(false);
                tell(t('factor.removed'));
                refresh();
              }}
            />
          ) : state.data.required ? (
            <p className="quiet">{t('factor.required')}</p>
          ) : (
            <Button onClick={() => setRemoving(true)}>{t('factor.remove')}</Button>
          )}
        </>
      ) : enrolment ? (
        <>
          <p>{t('factor.scan')}</p>
          {/* The drawing is the server's own, made of the secret beside it. */}
          <img className="factor-qr" alt={t('factor.qr')} src={drawing(enrolment.qr_svg)} />
          <p className="quiet">
            {t('factor.type')} <code className="code">{grouped(enrolment.secret)}</code>
          </p>
          <CodeForm
            label={t('factor.code')}
            action={t('factor.confirm')}
            close={() => setEnrolment(undefined)}
            send={(code) => ask(api.POST('/api/v1/me/second-factor/confirm', { body: { code } }))}
            done={(it) => {
              setEnrolment(undefined);
              setCodes(it?.recovery_codes);
              refresh();
            }}
          />
        </>
      ) : (
        <>
          <p>{t('factor.off')}</p>
          <Button onClick={() => begin.mutate()} loading={begin.isPending}>
            {t('factor.begin')}
          </Button>
          {begin.error && (
            <p className="fault" role="alert">
              {said(begin.error)}
            </p>
          )}
        </>
      )}
    </section>
  );
}

type CodeFormProps<T> = {
  label: string;
  action: string;
  send: (code: string) => Promise<T>;
  done: (answer: T) => void;
  close: () => void;
};

function CodeForm<T>({ label, action, send, done, close }: CodeFormProps<T>) {
  const { t } = useTranslation('platform');
  const said = useSaid();
  const [code, setCode] = useState('');
  const sent = useMutation({ mutationFn: () => send(code), onSuccess: done, onError: () => setCode('') });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sent.mutate();
  };
  const fault = sent.error instanceof Trouble ? (sent.error.at('code') ?? said(sent.error)) : undefined;
  return (
    <form className="code-form" onSubmit={submit}>
      <Field label={label} fault={fault}>
        {(own) => (
          <Input
            {...own}
            autoComplete="one-time-code"
            autoCapitalize="none"
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
        )}
      </Field>
      <div className="move-foot">
        <Button onClick={close}>{t('house:cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={sent.isPending} disabled={!code.trim()}>
          {action}
        </Button>
      </div>
    </form>
  );
}

function Codes({ codes, done }: { codes: string[]; done: () => void }) {
  const { t } = useTranslation('platform');
  const copy = useCopy();
  return (
    <>
      <p>{t('factor.codes')}</p>
      <ul className="recovery-codes">
        {codes.map((it) => (
          <li key={it}>
            <code className="code">{it}</code>
          </li>
        ))}
      </ul>
      <Button onClick={() => copy(codes.join('\n'), t('secret.copied'))}>{t('secret.copy')}</Button>{' '}
      <Button type="primary" onClick={done}>
        {t('factor.kept')}
      </Button>
    </>
  );
}

/** As a picture, so that nothing in it could ever be a script. */
function drawing(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function grouped(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(' ') ?? secret;
}
