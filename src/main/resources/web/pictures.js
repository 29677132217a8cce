// Images that go with the next prompt, as data: URLs.
import { announce, find, icon, make } from '/assets/elements.js';
import { word } from '/assets/words.js';

/** With base64 and six columns each request stays far below the gateway's 32 MiB. */
const MOST_BYTES = 20 * 1000 * 1000;
const KINDS = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

export class Pictures {
  constructor(onTrouble) {
    this.list = find('#pictures');
    this.onTrouble = onTrouble;
    this.pictures = [];
    find('#files').addEventListener('change', async (event) => {
      await this.add([...event.target.files]);
      event.target.value = '';
    });
  }

  async add(files) {
    for (const file of files.filter((one) => KINDS.includes(one.type))) {
      const bytes = this.pictures.reduce((sum, picture) => sum + picture.bytes, file.size);
      if (bytes > MOST_BYTES) {
        this.onTrouble(word('pictureTooLarge', { name: file.name }));
        continue;
      }
      this.pictures.push({ name: file.name, bytes: file.size, url: await dataUrl(file) });
    }
    this.show();
  }

  take() {
    const taken = this.pictures.map(({ name, url }) => ({ name, url }));
    this.pictures = [];
    this.show();
    return taken;
  }

  show() {
    this.list.replaceChildren(
      ...this.pictures.map((picture) => {
        const remove = word('removePicture', { name: picture.name });
        return make(
          'li',
          {},
          make('img', { src: picture.url, alt: picture.name }),
          make('button', { type: 'button', class: 'quiet small', 'aria-label': remove, title: remove, onclick: () => this.remove(picture) }, icon('close')),
        );
      }),
    );
  }

  remove(picture) {
    this.pictures = this.pictures.filter((one) => one !== picture);
    this.show();
    announce(word('removePicture', { name: picture.name }));
    find('#prompt').focus();
  }
}

function dataUrl(file) {
  return new Promise((good, bad) => {
    const reader = new FileReader();
    reader.onload = () => good(reader.result);
    reader.onerror = () => bad(reader.error);
    reader.readAsDataURL(file);
  });
}
