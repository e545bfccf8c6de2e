package dev.layerfs.union.differential;

import java.util.ArrayList;
import java.util.List;

/**
 * What the upper and the two layers of the image have under one name before an operation. Beside it the lower layer has a
 * file {@code lf} and an empty directory {@code ed}.
 *
 * @param upper what the upper has
 * @param first what the image's upper layer has
 * @param second what the image's lower layer has
 * @param parent where the directory is in which all that is
 * @param metadata what all of that has besides
 */
record State(
    ObjectKind upper, ObjectKind first, ObjectKind second, ParentState parent, Metadata metadata) {

  State(ObjectKind upper, ObjectKind first, ObjectKind second, Metadata metadata) {
    this(upper, first, second, ParentState.AS_NEEDED, metadata);
  }

  /** Returns all states of some kinds, with the prototype's metadata and in its order. */
  static List<State> all(List<ObjectKind> kinds) {
    List<State> states = new ArrayList<>();
    for (ObjectKind upper : kinds) {
      for (ObjectKind first : kinds) {
        for (ObjectKind second : kinds) {
          states.add(new State(upper, first, second, Metadata.PLAIN));
        }
      }
    }
    return states;
  }

  /** Returns the states in which one of three places has one of some kinds and the others one of some other kinds. */
  static List<State> oneOf(List<ObjectKind> kinds, List<ObjectKind> others) {
    List<State> states = new ArrayList<>();
    for (ObjectKind kind : kinds) {
      for (ObjectKind one : others) {
        for (ObjectKind other : others) {
          states.add(new State(kind, one, other, Metadata.PLAIN));
          states.add(new State(one, kind, other, Metadata.PLAIN));
          states.add(new State(one, other, kind, Metadata.PLAIN));
        }
      }
    }
    return states;
  }

  /** Returns all states of some kinds in a directory that is somewhere. */
  static List<State> in(ParentState parent, List<ObjectKind> kinds) {
    return all(kinds).stream()
        .filter(state -> parent.inImage() || state.hasNoLayers())
        .map(state -> new State(state.upper, state.first, state.second, parent, state.metadata))
        .toList();
  }

  private boolean hasNoLayers() {
    return first == ObjectKind.ABSENT && second == ObjectKind.ABSENT;
  }

  /** Returns each state with each metadata of {@link Metadata#VARIETY}. */
  static List<State> varied(List<State> states) {
    return with(Metadata.VARIETY, states);
  }

  /** Returns each state with each of some metadata. */
  static List<State> with(List<Metadata> variety, List<State> states) {
    return states.stream()
        .flatMap(state -> variety.stream()
            .map(metadata -> new State(state.upper, state.first, state.second, metadata)))
        .toList();
  }

  /** Returns the objects of the upper; none at all, not even the case's directory, if it has nothing of that name. */
  List<Planted> upperObjects() {
    if (parent == ParentState.AS_NEEDED && upper == ObjectKind.ABSENT) {
      return List.of();
    }
    List<Planted> objects = objects(upper, "U");
    if (parent == ParentState.OPAQUE) {
      objects.set(0, objects.get(0).opaque());
    }
    return objects;
  }

  /** Returns the objects of the image's upper layer. */
  List<Planted> firstObjects() {
    return parent.inImage() ? objects(first, "1") : List.of();
  }

  /** Returns the objects of the image's lower layer. */
  List<Planted> secondObjects() {
    if (!parent.inImage()) {
      return List.of();
    }
    List<Planted> objects = objects(second, "2");
    objects.add(Planted.file("lf", 0644, "lf", Metadata.PLAIN));
    objects.add(Planted.directory("ed", 0755, Metadata.PLAIN));
    return objects;
  }

  private List<Planted> objects(ObjectKind kind, String tag) {
    List<Planted> objects = new ArrayList<>();
    objects.add(Planted.directory("", 0755, Metadata.PLAIN));
    objects.addAll(kind.objects(tag, metadata));
    return objects;
  }

  /** Returns what the image has under the name: what its upper layer has, or else what the lower one has. */
  ObjectKind image() {
    ObjectKind top = first == ObjectKind.ABSENT ? second : first;
    return top == ObjectKind.WHITEOUT ? ObjectKind.ABSENT : top;
  }

  /** Whether the image has a path, so that something of it would be seen through the upper. */
  boolean imageHas(String path) {
    return parent.isMerged()
        && switch (path) {
          case "n" -> image() != ObjectKind.ABSENT;
          case "lf", "ed" -> true;
          default -> false;
        };
  }

  @Override
  public String toString() {
    String place = parent == ParentState.AS_NEEDED ? "" : parent + " ";
    return place + upper.code() + first.code() + second.code();
  }
}
