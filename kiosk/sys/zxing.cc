/* The C++ of this project, all of it: libzxing 1.4 with only QR codes switched on, since with every
 * format on it has been seen to abort. No exception leaves this file. */
#include "kiosk/sys/zxing.h"

#include <ZXing/ReadBarcode.h>

#include <string>

namespace
{

/* The bytes as they are where they are UTF-8, digits first of all; else libzxing's best guess. */
bool append(const ZXing::Result &result, tn_symbols *out)
{
    const ZXing::ByteArray &bytes = result.bytes();
    const char *raw = reinterpret_cast<const char *>(bytes.data());
    if (tn_symbol_is_text(raw, bytes.size())) {
        return tn_symbols_add(out, raw, bytes.size());
    }
    const std::string text = result.text();
    return tn_symbols_add(out, text.data(), text.size());
}

ZXing::DecodeHints hints(tn_zxing_threshold threshold, int most)
{
    ZXing::DecodeHints h;
    h.setFormats(ZXing::BarcodeFormat::QRCode);
    h.setTryHarder(true);
    h.setTryDownscale(true);
    h.setTryRotate(false);
    h.setMaxNumberOfSymbols(static_cast<uint8_t>(most));
    h.setBinarizer(threshold == TN_ZXING_FIXED ? ZXing::Binarizer::FixedThreshold
                                               : ZXing::Binarizer::LocalAverage);
    return h;
}

} // namespace

extern "C" int tn_zxing_read(const struct tn_grey *grey, enum tn_zxing_threshold threshold,
                             int most, struct tn_symbols *out)
{
    int found = 0;
    try {
        const ZXing::ImageView view(grey->px, grey->w, grey->h, ZXing::ImageFormat::Lum,
                                    static_cast<int>(grey->stride));
        for (const ZXing::Result &result : ZXing::ReadBarcodes(view, hints(threshold, most))) {
            found += result.isValid() && append(result, out) ? 1 : 0;
        }
    } catch (...) {
        return found; /* out of memory, or a symbol it cannot make sense of: not read */
    }
    return found;
}
