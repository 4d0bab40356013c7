// Sending a file, with how far it is: `fetch` does not say.

import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { ask, newId, queries, type Schemas, sendFile } from '../../house/api.ts';
import { useSaid } from '../../house/states.tsx';
import { complain } from '../../house/toast.tsx';
import type { Mapping, Target } from './mapping.ts';

type Sent = { file: File; target: Target; mapping?: Mapping | undefined };

/** Sends a file and goes on to its own page; `mapping` is what to start from there. */
export function useUpload() {
  const go = useNavigate();
  const said = useSaid();
  /** How much of the file has gone, 0 to 1; nothing while nothing is sent. */
  const [part, setPart] = useState<number>();
  const sending = useMutation({
    mutationFn: ({ file, target }: Sent) => {
      const query = new URLSearchParams({ target, name: file.name });
      setPart(0);
      return ask(sendFile<Schemas['ImportBody']>(`/api/v1/imports/${newId()}?${query}`, file, setPart));
    },
    onSuccess: ({ id }, { mapping }) => {
      queries.invalidateQueries({ queryKey: ['imports'] });
      go(`/settings/imports/${id}`, { state: mapping ? { mapping } : null });
    },
    onError: (error) => complain(said(error)),
    onSettled: () => setPart(undefined),
  });
  return { send: sending.mutate, busy: sending.isPending, part };
}
