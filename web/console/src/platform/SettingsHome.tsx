// Whoever asks for the settings comes to the first part they may open.

import { Navigate } from 'react-router';
import { useParts } from './Settings.tsx';

export function SettingsHome() {
  const [first] = useParts();
  return <Navigate to={first ? `/settings/${first.path}` : '/me'} replace />;
}
