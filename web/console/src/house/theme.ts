// Paper and ink. The same names as in theme.css, for what the component library draws.

import { type ThemeConfig, theme } from 'antd';
import { useSyncExternalStore } from 'react';

export type Light = 'light' | 'dark';

const FONT = `system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif`;

const COLOURS = {
  light: {
    colorPrimary: '#0f766e',
    colorInfo: '#0f766e',
    colorLink: '#0f766e',
    colorSuccess: '#0f766e',
    colorWarning: '#92610a',
    colorError: '#b93c0b',
    colorTextBase: '#1c1b19',
    colorBgBase: '#ffffff',
    colorBgLayout: '#f7f6f3',
    colorBorder: '#d3cec5',
    colorBorderSecondary: '#e7e3dc',
    colorTextPlaceholder: '#6e6861',
    colorTextDescription: '#5d5751',
    colorTextSecondary: '#5d5751',
    colorTextTertiary: '#6b655f',
  },
  dark: {
    colorPrimary: '#5ccbbd',
    colorInfo: '#45b8aa',
    colorLink: '#56c2b4',
    colorSuccess: '#45b8aa',
    colorWarning: '#e0b252',
    colorError: '#f0895c',
    colorTextBase: '#edeae4',
    colorBgBase: '#1c1b19',
    colorBgLayout: '#141312',
    colorBgContainer: '#1f1e1c',
    colorBgElevated: '#282622',
    colorBorder: '#4a463f',
    colorBorderSecondary: '#35322e',
    colorTextPlaceholder: '#a09a91',
    colorTextDescription: '#b8b2a8',
    colorTextSecondary: '#b8b2a8',
    colorTextTertiary: '#a8a198',
    colorTextLightSolid: '#0b1514',
  },
} satisfies Record<Light, ThemeConfig['token']>;

export function themeOf(light: Light): ThemeConfig {
  return {
    algorithm: light === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
    hashed: false,
    token: {
      ...COLOURS[light],
      fontFamily: FONT,
      fontSize: 14,
      borderRadius: 6,
      controlHeight: 34,
      wireframe: false,
      motionDurationFast: '0.1s',
      motionDurationMid: '0.15s',
      motionDurationSlow: '0.15s',
      motion: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none' },
      Tooltip: { colorBgSpotlight: '#2d2b28', colorTextLightSolid: '#ffffff' },
    },
  };
}

function light(): Light {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** The mark on the page is the truth, whoever changes it. */
function subscribe(listener: () => void) {
  const watch = new MutationObserver(listener);
  watch.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => watch.disconnect();
}

export function useLight(): Light {
  return useSyncExternalStore(subscribe, light);
}

export function switchLight() {
  const to = light() === 'dark' ? 'light' : 'dark';
  document.documentElement.dataset.theme = to;
  try {
    localStorage.setItem('huisheng.theme', to);
  } catch {
    // A browser that keeps nothing follows the system next time.
  }
}
