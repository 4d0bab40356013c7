// The number used once that the server put into this page: style made in the browser must carry it.

export const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
