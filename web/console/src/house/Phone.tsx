// A customer's page as it is, to be looked at: it scrolls, and nothing in it can be pressed or handed in.

export function Phone({ src, title }: { src: string; title: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="phone" tabIndex={0} aria-label={title}>
      <iframe src={src} title={title} loading="lazy" inert />
    </section>
  );
}
