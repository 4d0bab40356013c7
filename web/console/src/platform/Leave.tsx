// The way out for who does not want to do now what comes first.

import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import type { ReactNode } from 'react';
import { api, ask } from '../house/api.ts';

export function Leave({ children }: { children: ReactNode }) {
  const leave = useMutation({
    mutationFn: () => ask(api.DELETE('/api/v1/session')),
    onSettled: () => window.location.reload(),
  });
  return (
    <Button type="text" loading={leave.isPending} onClick={() => leave.mutate()}>
      {children}
    </Button>
  );
}
