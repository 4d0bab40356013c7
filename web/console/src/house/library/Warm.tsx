// The commonest parts of the library, drawn where nobody sees them while nothing else is to do. It computes the style of
// a part when the first of it is drawn and forgets it with the last: so each page would pay for it again.

import { Button, Checkbox, Input, Select } from 'antd';
import { Library } from './Library.tsx';

export function Warm() {
  return (
    <div hidden inert>
      <Library>
        <Select options={[]} />
        <Input.Search />
        <Input.TextArea />
        <Checkbox />
        <Button />
      </Library>
    </div>
  );
}
